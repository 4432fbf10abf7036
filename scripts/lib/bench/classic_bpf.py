"""Programs of classic BPF as one writes them by hand, in the form that tc takes."""

LOAD_WORD, LOAD_HALF, LOAD_BYTE = 0x20, 0x28, 0x30
JUMP, EQUAL, GREATER, AT_LEAST = 0x05, 0x15, 0x25, 0x35
AND, RETURN = 0x54, 0x06
VLAN_TAG, VLAN_TAG_PRESENT = 0xFFFFF02C, 0xFFFFF030
MATCH, CONTINUE, DROP = 0xFFFFFFFF, 0xFFFFFFFF, 2


def assemble(*parts):
    """Instructions `(code, value)`, or `(code, value, true, false)` with jumps to labels or, if None, to the next; labels are
    strings between them."""
    places, code = {}, []
    for part in parts:
        if isinstance(part, str):
            places[part] = len(code)
        else:
            code.append(part)

    def distance(label, place):
        return 0 if label is None else places[label] - place - 1

    def line(place, operation, value, true=None, false=None):
        if operation == JUMP:
            return f"{JUMP} 0 0 {distance(value, place)}"
        return f"{operation} {distance(true, place)} {distance(false, place)} {value}"

    return ",".join([str(len(code)), *(line(place, *instruction) for place, instruction in enumerate(code))])


def vlans(numbers):
    """The VLAN of the tag in the kernel's metadata, against the first and the last of each range."""
    ranges = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    tests = []
    for first, last in ranges:
        if first == last:
            tests.append((EQUAL, first, "yes", None))
        else:
            over = f"over {last}"
            tests += [(AT_LEAST, first, None, over), (GREATER, last, None, "yes"), over]
    return assemble((LOAD_BYTE, VLAN_TAG_PRESENT), (EQUAL, 0, "no", None), (LOAD_HALF, VLAN_TAG), (AND, 0xFFF), *tests,
                    "no", (RETURN, 0), "yes", (RETURN, MATCH))


RESERVED = {
    0x00E02B00: [(0x0000, 0x0000), (0x0004, 0x0004), (0x0006, 0x0006)],
    0x01000C00: [(0x0000, 0x0000)],
    0x01000CCC: [(0xCCC0, 0xCCC7), (0xCCCC, 0xCCCD)],
    0x01000CCD: [(0xCDCD, 0xCDCD)],
    0x0180C200: [(0x0000, 0x000F)],
}
"""Addresses that no bridge forwards: the first and the last of each run, by the four bytes that they start with."""


def remote_vlan_guard(vlan):
    """A verdict: drops frames to reserved addresses and frames that are in the VLAN already."""
    words, ends = [], []
    for word, runs in RESERVED.items():
        words.append((EQUAL, word, f"word {word}", None))
        ends += [f"word {word}", (LOAD_HALF, 4)]
        for first, last in runs:
            ends += [(GREATER, last, f"over {word} {last}", None), (AT_LEAST, first, "drop", None), f"over {word} {last}"]
        ends.append((JUMP, "tag"))
    return assemble((LOAD_WORD, 0), (GREATER, max(RESERVED), "tag", None), (AT_LEAST, min(RESERVED), None, "tag"), *words,
                    (JUMP, "tag"), *ends, "tag", (LOAD_BYTE, VLAN_TAG_PRESENT), (EQUAL, 0, None, "in metadata"),
                    (LOAD_HALF, 12), (EQUAL, 0x8100, "in data", None), (EQUAL, 0x88A8, "in data", "go on"),
                    "in data", (LOAD_HALF, 14), (JUMP, "compare"), "in metadata", (LOAD_HALF, VLAN_TAG),
                    "compare", (AND, 0xFFF), (EQUAL, vlan, "drop", None),
                    "go on", (RETURN, CONTINUE), "drop", (RETURN, DROP))
