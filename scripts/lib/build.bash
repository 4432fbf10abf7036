# Sourced by the scripts that build. All make their choices here, so that what one has compiled serves the others: the tests and
# the package are made of the same objects.
# shellcheck shell=bash

# What a debugger wants is not packed.
readonly optimised=(-c release -Xswiftc -gnone)
# Quick to build again after a change.
readonly debug=(-c debug)

# Prints the folder of what is built by the arguments of `swift build` that are given.
build() {
  local -a command=(swift build --package-path "$root" "$@")
  timeout --foreground 1800 "${command[@]}" --quiet </dev/null >&2 && "${command[@]}" --show-bin-path </dev/null
}

# Sets `program` to a mirrorctl that brings Swift's libraries along.
build_program() {
  local folder
  find_swift
  folder=$(MIRRORCTL_STATIC_STDLIB=1 build "${optimised[@]}" --product mirrorctl) || return
  program=$folder/mirrorctl
}

# Sets `bundle` to the command that runs the tests, built by the choices that are given.
build_tests() {
  local folder
  find_swift
  folder=$(build "$@" --build-tests) || return
  bundle=("$folder/mirrorctlPackageTests.xctest" --testing-library swift-testing --no-parallel)
}
