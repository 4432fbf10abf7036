import NetworkTypes

extension TunnelOutput {
  /// The value of `output_tunnel`, without defaults.
  var json: String {
    var members = JSONMembers<TunnelKey>()
    members.add(.type, string: typeName)
    members.add(.remote, string: remote.description)
    members.add(.local, string: local?.description)
    members.add(.device, string: device)
    members.add(.vrf, string: vrf)
    switch encapsulation {
    case .gretap(let key):
      members.add(.key, number: key)
    case .erspan(let erspan):
      members.add(.version, number: erspan.version == 1 ? nil : erspan.version)
      members.add(.sessionID, number: erspan.sessionID)
      members.add(.index, number: erspan.index)
      members.add(.direction, string: erspan.direction?.rawValue)
      members.add(.hardwareID, number: erspan.hardwareID)
    case .vxlan(let vni, let port), .geneve(let vni, let port):
      members.add(.vni, number: vni)
      members.add(.port, number: port)
    }
    members.add(.ttl, number: ttl)
    members.add(.tos, number: tos)
    members.add(.mark, string: mark?.description)
    return members.text
  }

  private var typeName: String {
    switch encapsulation {
    case .gretap: "gretap"
    case .erspan: "erspan"
    case .vxlan: "vxlan"
    case .geneve: "geneve"
    }
  }
}
