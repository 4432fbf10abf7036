import Glibc
import Testing

/// The files of the service: when they are read, and what becomes of those that are in no order.
@Suite("Service: files", .oneKernel)
struct SmallKernelProfileFileTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
  private static let other = profile(
    "{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}",
    "{name: m1, bridge: br0, select_src_port: tap2, output_port: mon0}")

  private func withService(_ files: [String: String], _ body: (SwitchLab, RunningService) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      try body(lab, RunningService(in: lab.sw, files))
    }
  }

  private func names(_ lab: SwitchLab) throws -> Set<String> {
    let list = try MirrorCommand(in: lab.sw).run("list").text
    return Set(list.split(separator: "\n").compactMap { $0.split(separator: "/").last.map(String.init) })
  }

  /// Something happens in the kernel, and the service looks at all of it.
  private func makeEvent(_ lab: SwitchLab, _ service: RunningService) throws {
    let looks = try service.looks()
    try lab.sw.ip("link set dev tap3 alias \(looks)")
    try service.wait(for: "a look") { try service.looks() > looks }
  }

  @Test("A file that is being written is not read before it is closed, whatever happens meanwhile")
  func halfWritten() throws {
    try withService(["lab.yaml": Self.other]) { lab, service in
      let before = try KernelDump(of: lab.sw)
      do {
        let flags = O_WRONLY | O_TRUNC | O_CLOEXEC
        let file = try FileDescriptor("open", unsafe open(service.profiles.path + "/lab.yaml", flags))
        let new = try FileDescriptor(
          "open", unsafe open(service.profiles.path + "/new.yaml", flags | O_CREAT, 0o644))
        // As far as it goes it is a good profile, with a mirror less.
        try file.write(Array(Self.mirror.utf8))
        try new.write(Array(Self.mirror.replacing("lab", with: "new").utf8))
        try makeEvent(lab, service)
        try service.profiles.put("version: 1\nmirrors: []\n", as: "third.yaml")
        try makeEvent(lab, service)
        #expect(try names(lab) == ["m0", "m1"])
        #expect(try KernelDump(of: lab.sw).lines(with: "filter").count == before.lines(with: "filter").count)
      }
      try service.wait(for: "the closed file to count") { try names(lab) == ["m0"] }
    }
  }

  @Test("A bad file leaves what was installed from it, also when the service starts; the log names it")
  func badFile() throws {
    try withService(["lab.yaml": Self.mirror]) { lab, service in
      let before = try KernelDump(of: lab.sw)
      let path = service.profiles.path + "/lab.yaml"
      try service.profiles.put("version: 1\nmirrors: [{name: m0, bridge: br0\n", as: "lab.yaml")
      try service.wait(for: "the complaint") { service.log.contains("error: \(path):") }
      try before.expectUnchanged(in: lab.sw)
      try service.end()
      try service.start()
      try before.expectUnchanged(in: lab.sw)
      try service.profiles.put(Self.other, as: "lab.yaml")
      try service.wait(for: "the good file") { try names(lab) == ["m0", "m1"] }
      try service.wait(for: "the word that all is well") { service.log.contains("no longer: \(path):") }
      try service.profiles.remove("lab.yaml")
      try service.wait(for: "the removal") { try names(lab).isEmpty }
    }
  }

  @Test("A file that others can write is not taken, nor are those of such a directory, unless the service is told to")
  func writable() throws {
    try withService(["lab.yaml": Self.mirror]) { lab, service in
      let path = service.profiles.path + "/lab.yaml"
      #expect(unsafe chmod(path, 0o666) == 0)
      do {
        let flags = O_WRONLY | O_TRUNC | O_CLOEXEC
        try FileDescriptor("open", unsafe open(path, flags)).write(Array(Self.other.utf8))
      }
      try service.wait(for: "the refusal") { service.log.contains("\(path): everybody can write it (mode 0666)") }
      #expect(try names(lab) == ["m0"])
      #expect(unsafe chmod(path, 0o644) == 0)
      try service.reload()
      #expect(try names(lab) == ["m0", "m1"])
      #expect(unsafe chmod(service.profiles.path, 0o777) == 0)
      try service.profiles.put(Self.mirror, as: "lab.yaml")
      try service.reload()
      #expect(service.log.contains("\(service.profiles.path): everybody can write it (mode 0777)"))
      #expect(try names(lab) == ["m0", "m1"])
      try service.end()
      let trusting = try RunningService(in: lab.sw, ["lab.yaml": Self.mirror], "--allow-writable-profiles")
      #expect(unsafe chmod(trusting.profiles.path, 0o777) == 0)
      try trusting.profiles.put(Self.other.replacing("m1", with: "m2"), as: "lab.yaml")
      try trusting.reload()
      #expect(try names(lab) == ["m0", "m2"])
    }
  }

  @Test("S32: a file that is renamed loses neither a frame nor a count")
  func renamed() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(in: lab.sw, ["a.yaml": Self.mirror])
      let mirrorctl = MirrorCommand(in: lab.sw)
      var sent = 0
      func send() throws {
        try lab.send(
          .udp(UInt16(truncatingIfNeeded: sent), to: SwitchLab.address(2), from: SwitchLab.address(1)), from: 1)
        sent += 1
      }
      for (old, new) in [("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")] {
        try checked("rename", unsafe rename("\(service.profiles.path)/\(old)", "\(service.profiles.path)/\(new)"))
        try service.wait(for: "the new name") {
          try send()
          return try mirrorctl.run("show", "m0").text.contains("kept by         : service, file \(new)\n")
        }
        // The old name is forgotten.
        try service.reload(meanwhile: send)
      }
      #expect(try analyser.drain().count == sent)
      #expect(try mirrorctl.status("m0").packets == sent)
      #expect(!service.log.contains("mirror m0 is gone"))
    }
  }

  @Test("An editor that puts the old file aside, works in other names and leaves a copy: nothing is taken down")
  func editor() throws {
    try withService(["lab.yaml": Self.mirror]) { lab, service in
      let folder = service.profiles.path
      let script = """
        echo x > .lab.yaml.swp; touch 4913; rm 4913
        mv lab.yaml lab.yaml~; head -c 20 lab.yaml~ > lab.yaml; cat > lab.yaml; rm .lab.yaml.swp
        """
      try Command(["sh", "-ec", "cd \(folder); \(script)"], input: Self.other).succeed()
      try service.wait(for: "the new content") { try names(lab) == ["m0", "m1"] }
      #expect(!service.log.contains("is gone"), "\(service.log)")
    }
  }

  @Test("Links as Kubernetes makes them: the change of the middle one brings all files up to date")
  func links() throws {
    try withService([:]) { lab, service in
      let folder = service.profiles.path
      func lay(_ version: String, _ text: String) throws {
        let script = """
          mkdir ..\(version); cat > ..\(version)/lab.yaml; ln -s ..\(version) ..new; mv -T ..new ..data
          [ -e lab.yaml ] || ln -s ..data/lab.yaml lab.yaml
          """
        try Command(["sh", "-ec", "cd \(folder); \(script)"], input: text).succeed()
      }
      try lay("1", Self.mirror)
      try service.wait(for: "the first version") { try names(lab) == ["m0"] }
      try lay("2", Self.other)
      try service.wait(for: "the second version") { try names(lab) == ["m0", "m1"] }
      #expect(!service.log.contains("is gone"), "\(service.log)")
    }
  }

  @Test("A directory that goes changes nothing; one that takes its place counts")
  func directory() throws {
    try withService(["lab.yaml": Self.mirror]) { lab, service in
      let (folder, away) = (service.profiles.path, service.profiles.path + "-away")
      defer { #expect(throws: Never.self) { try Command(["rm", "-rf", away]).succeed() } }
      let before = try KernelDump(of: lab.sw)
      try Command(["cp", "-r", folder, away]).succeed()
      try Command(["rm", "-r", folder]).succeed()
      try service.wait(for: "the complaint") { service.log.contains("\(folder): the directory cannot be read") }
      let looks = try service.looks()
      try service.reload()
      #expect(try service.looks() > looks)
      try before.expectUnchanged(in: lab.sw)
      try Command(["sh", "-ec", "cat > \(away)/lab.yaml"], input: Self.other).succeed()
      try Command(["mv", "-T", away, folder]).succeed()
      try service.wait(for: "the new directory") { try names(lab) == ["m0", "m1"] }
      #expect(!service.log.contains("is gone"), "\(service.log)")
    }
  }

  @Test("What is no regular file, or too long, is reported and keeps nothing else from being read")
  func oddFiles() throws {
    try withService([:]) { lab, service in
      let script = """
        mkfifo a.yaml; mkdir b.yaml; ln -s /dev/zero c.yaml; ln -s nowhere d.yaml; ln -s e.yaml e.yaml
        truncate -s 1G f.yaml; printf '\\377\\376\\000' > g.yaml
        """
      try Command(["sh", "-ec", "cd \(service.profiles.path); \(script)"]).succeed()
      try service.profiles.put(Self.mirror, as: "lab.yaml")
      try service.wait(for: "the mirror") { try names(lab) == ["m0"] }
      try service.reload()
      for name in ["a", "b", "c", "d", "e", "f", "g"] {
        #expect(service.log.contains("error: \(service.profiles.path)/\(name).yaml"), "\(name)")
      }
    }
  }

  @Test("A thousand files")
  func manyFiles() throws {
    try withService([:]) { lab, service in
      let script = "i=0; while [ $i -lt 1000 ]; do printf 'version: 1\\nmirrors: []\\n' > f$i.yaml; i=$((i+1)); done"
      try Command(["sh", "-ec", "cd \(service.profiles.path); \(script)"]).succeed()
      try service.profiles.put(Self.mirror, as: "lab.yaml")
      try service.wait(for: "the mirror") { try names(lab) == ["m0"] }
      try service.reload()
      try service.profiles.remove("lab.yaml")
      try service.wait(for: "its end") { try names(lab).isEmpty }
    }
  }

  @Test("Two files with one profile, and two profiles that close a cycle: the log names both files")
  func conflicts() throws {
    try withService(["a.yaml": Self.mirror, "b.yaml": Self.mirror]) { lab, service in
      let folder = service.profiles.path
      #expect(service.log.contains("\(folder)/b.yaml: \(folder)/a.yaml has a profile of the name \"lab\" as well"))
      for name in ["d0", "d1"] { _ = try lab.addWire(name) }
      for (file, source, output) in [("c", "d0", "d1"), ("d", "d1", "d0")] {
        let mirror = "{name: m, select_dst_port: \(source), output_port: \(output)}"
        try service.profiles.put("version: 1\nprofile: \(file)\nmirrors: [\(mirror)]\n", as: "\(file).yaml")
        try service.reload()
      }
      #expect(try MirrorCommand(in: lab.sw).status("m").profile == "c")
      let line = service.log.split(separator: "\n").last { $0.contains("come back to its sources") } ?? ""
      #expect(line.contains("c: \(folder)/c.yaml") && line.contains("d: \(folder)/d.yaml"), "\(service.log)")
    }
  }
}
