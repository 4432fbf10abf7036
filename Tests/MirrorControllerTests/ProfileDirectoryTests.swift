import MirrorController
import MirrorModel
import Testing

@Suite("A directory of profiles")
struct ProfileDirectoryTests {
  private let source = FakeSource()

  private func start(_ files: [String: String?]) -> ProfileDirectory<FakeSource> {
    for (name, profile) in files { source.write(name, profile) }
    var directory = ProfileDirectory(source)
    directory.readAll(at: .zero)
    _ = source.takeReadings()
    return directory
  }

  private func kept(_ directory: ProfileDirectory<FakeSource>) -> [String] {
    directory.files.map { $0.map { "\($0.name)=\($0.profile?.name ?? "-")" } } ?? ["unknown"]
  }

  @Test("is read in the order of names; of two files with one profile the first has it, and both are named")
  func order() {
    let directory = start(["b.yaml": "two", "c.yaml": "one", "a.yaml": "one"])
    #expect(kept(directory) == ["a.yaml=one", "b.yaml=two", "c.yaml=-"])
    let finding = directory.findings["c.yaml"]?.first ?? ""
    #expect(directory.findings.count == 1)
    #expect(finding.contains("/profiles/c.yaml") && finding.contains("/profiles/a.yaml") && finding.contains("\"one\""))
    #expect(directory.file(of: "one") == "/profiles/a.yaml")
    #expect(directory.file(of: "three") == nil)
  }

  @Test("A bad file leaves its last good profile in force until it is good again")
  func badFile() {
    var directory = start(["a.yaml": "one", "b.yaml": nil])
    #expect(kept(directory) == ["a.yaml=one", "b.yaml=-"])
    source.write("a.yaml", nil)
    directory.read(["a.yaml"], at: .zero)
    #expect(kept(directory) == ["a.yaml=one", "b.yaml=-"])
    #expect(directory.findings["a.yaml"] == ["/profiles/a.yaml: bad"])
    source.write("a.yaml", "other")
    directory.read(["a.yaml"], at: .zero)
    #expect(kept(directory) == ["a.yaml=other", "b.yaml=-"])
    #expect(directory.findings["a.yaml"] == nil)
  }

  @Test("Files that nobody has said to be finished are not read, new ones included")
  func unfinished() {
    var directory = start(["a.yaml": "one", "b.yaml": "two"])
    source.write("a.yaml", "half")
    source.write("new.yaml", "half")
    source.write("b.yaml", "changed")
    directory.read(["b.yaml"], at: .zero)
    directory.read([".a.yaml.swp", "4913", "a.yaml~"], at: .zero)
    #expect(source.takeReadings() == ["b.yaml"])
    directory.check(at: .zero)
    #expect(source.takeReadings() == [])
    source.write("a.yaml", "three quarters")
    directory.check(at: .zero)
    #expect(source.takeReadings() == ["new.yaml"])
    directory.check(at: .zero)
    #expect(source.takeReadings() == ["a.yaml"])
    directory.check(at: .zero)
    #expect(source.takeReadings() == [])
  }

  @Test("Links are read when something that they may lead through has changed")
  func links() {
    source.links = ["a.yaml"]
    var directory = start(["a.yaml": "one", "b.yaml": "two"])
    source.write("a.yaml", "new")
    source.write("b.yaml", "half")
    directory.read(["..data"], at: .zero)
    #expect(kept(directory) == ["a.yaml=new", "b.yaml=two"])
    directory.read(["..data"], at: .zero)
    #expect(source.takeReadings() == ["a.yaml"])
  }

  @Test("A file that is put aside and written anew, as editors do, never stops counting")
  func editor() {
    var directory = start(["a.yaml": "one"])
    source.remove("a.yaml")
    directory.read(["a.yaml", "a.yaml~"], at: .seconds(1))
    #expect(kept(directory) == ["a.yaml=one"])
    let due = directory.settling ?? .zero
    #expect(due > .seconds(1) && due <= .seconds(2))
    directory.settle(at: due - .milliseconds(1))
    #expect(kept(directory) == ["a.yaml=one"])
    source.write("a.yaml", "one")
    directory.read(["a.yaml"], at: due)
    #expect(directory.settling == nil)
    directory.settle(at: .seconds(100))
    #expect(kept(directory) == ["a.yaml=one"])
  }

  @Test("A file that stays away is forgotten")
  func removal() {
    var directory = start(["a.yaml": "one", "b.yaml": "two"])
    source.remove("a.yaml")
    directory.read(["a.yaml"], at: .seconds(1))
    directory.settle(at: directory.settling ?? .zero)
    #expect(kept(directory) == ["b.yaml=two"])
    #expect(directory.settling == nil)
  }

  @Test("A file that is missing when somebody asks for all to be read again is forgotten at once")
  func reload() {
    var directory = start(["a.yaml": "one", "b.yaml": "two"])
    source.remove("a.yaml")
    directory.readAll(at: .seconds(1), .final)
    #expect(kept(directory) == ["b.yaml=two"])
    source.isThere = false
    directory.readAll(at: .seconds(2), .final)
    #expect(kept(directory) == ["b.yaml=two"])
  }

  @Test("A file that is renamed keeps its profile all the time, and nobody complains of two")
  func renaming() {
    var directory = start(["a.yaml": "one"])
    source.remove("a.yaml")
    source.write("b.yaml", "one")
    directory.read(["a.yaml", "b.yaml"], at: .seconds(1))
    #expect(kept(directory) == ["a.yaml=-", "b.yaml=one"])
    #expect(directory.findings.isEmpty)
    #expect(directory.file(of: "one") == "/profiles/b.yaml")
    directory.settle(at: .seconds(2))
    #expect(kept(directory) == ["b.yaml=one"])
  }

  @Test("A directory that cannot be read changes nothing, emptied on its way or not; one that comes back empty does")
  func directory() {
    var directory = ProfileDirectory(source)
    source.isThere = false
    directory.readAll(at: .zero)
    #expect(kept(directory) == ["unknown"])
    #expect(directory.problem == "/profiles: gone")
    source.isThere = true
    directory = start(["a.yaml": "one"])
    source.remove("a.yaml")
    directory.read(["a.yaml"], at: .seconds(1))
    source.isThere = false
    directory.readAll(at: .seconds(1))
    #expect(directory.settling == nil)
    directory.settle(at: .seconds(50))
    #expect(kept(directory) == ["a.yaml=one"])
    source.isThere = true
    directory.readAll(at: .seconds(60))
    #expect(kept(directory) == ["a.yaml=one"])
    #expect(directory.problem == nil)
    directory.settle(at: .seconds(61))
    #expect(kept(directory) == [])
  }
}
