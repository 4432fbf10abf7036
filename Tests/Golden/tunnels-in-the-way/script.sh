#!/bin/sh
# nothing to do
