import Netlink
import OVSImport

/// Reads the configuration of Open vSwitch from files or from the running database.
enum OVSSource {
  static let defaultDatabase = "unix:/var/run/openvswitch/db.sock"

  enum Failure: Error {
    /// What was read is not what was expected.
    case invalid(ImportError)
    case unreadable(path: String, reason: String)
    case unreachable(LocalService.Failure)
  }

  /// - Parameter files: where there is none, the database is asked.
  static func read(files: [String], database: String?) throws(Failure) -> OVSDatabase {
    guard files.isEmpty else { return try join(files: files) }
    return try ask(database ?? defaultDatabase)
  }

  private static func join(files: [String]) throws(Failure) -> OVSDatabase {
    var tables: [OVSTable] = []
    for path in files {
      let bytes: [UInt8]
      do throws(InputFile.Failure) {
        bytes = try InputFile.read(path, limit: TableReader.maximumBytes + 1)
      } catch { throw .unreadable(path: path, reason: error.description) }
      do throws(ImportError) {
        tables += try TableReader.tables(in: bytes, source: path == "-" ? "standard input" : path)
      } catch { throw .invalid(error) }
    }
    let source = files.count == 1 && files[0] != "-" ? files[0] : files == ["-"] ? "standard input" : "the files"
    do throws(ImportError) { return try OVSDatabase(tables, source: source) } catch { throw .invalid(error) }
  }

  /// Seconds that a server may take; it answers from memory.
  private static let patience = 10

  private static func ask(_ database: String) throws(Failure) -> OVSDatabase {
    var splitter = JSONSplitter()
    var answer: [OVSTable]?
    var problem: ImportError?
    do throws(LocalService.Failure) {
      try LocalService.ask(
        String(database.dropFirst("unix:".count)), request: Array(DatabaseDialogue.request.utf8), patience: patience,
        limit: DatabaseDialogue.maximumBytes
      ) { part in
        do throws(ImportError) {
          answer = try tables(in: part, &splitter, source: database)
          return answer != nil
        } catch {
          problem = error
          return true
        }
      }
    } catch { throw .unreachable(error) }
    if let problem { throw .invalid(problem) }
    do throws(ImportError) {
      return try OVSDatabase(answer ?? [], source: database)
    } catch { throw .invalid(error) }
  }

  private static func tables(
    in part: ArraySlice<UInt8>, _ splitter: inout JSONSplitter, source: String
  ) throws(ImportError) -> [OVSTable]? {
    let messages: [JSONSplitter.Document]
    do throws(JSONSplitter.Problem) {
      messages = try splitter.feed(part)
    } catch {
      throw ImportError(
        source: source, message: "the server does not speak JSON-RPC; is this the socket of ovsdb-server?")
    }
    for message in messages {
      if let tables = try DatabaseDialogue.tables(in: message, source: source) { return tables }
    }
    return nil
  }
}
