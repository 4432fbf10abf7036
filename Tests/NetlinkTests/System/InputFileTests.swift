import Glibc
import Testing

@testable import Netlink

@Suite struct InputFileTests {
  @Test func onlyRegularFilesAreReadWhereNothingMayWait() throws {
    try ScratchFolder.run { folder in
      try shell("cd \(folder); mkfifo pipe; mkdir folder; ln -s /dev/zero device; echo text >file; ln -s file link")
      for name in ["pipe", "folder", "device"] {
        let failure = #expect(throws: InputFile.Failure.self, "\(name)") {
          _ = try InputFile.read("\(folder)/\(name)", limit: 10, .regular)
        }
        #expect(failure?.description == "it is no regular file")
      }
      for name in ["file", "link"] {
        #expect(try InputFile.read("\(folder)/\(name)", limit: 10, .regular) == Array("text\n".utf8))
      }
      #expect(try InputFile.read("/dev/zero", limit: 10).count == 10, "whoever asks for a device gets it")
      #expect(FileStamp.isLink("\(folder)/link") && !FileStamp.isLink("\(folder)/file"))
      #expect(!FileStamp.isLink("\(folder)/nothing"))
    }
  }
}
