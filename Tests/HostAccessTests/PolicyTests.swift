import HostAccess
import Scalars
import Testing

@Suite("the policy table") struct PolicyTests {
    static let me = UUID.random()
    static let other = UUID.random()
    static let here = UUID.random()
    static let elsewhere = UUID.random()

    static func actor(_ role: Role, scopes: [APIKeyScope] = [.all]) -> Actor {
        role.isOfOrganization
            ? Actor(id: me, username: "ada", roles: [], organizations: [here: [role]], scopes: scopes)
            : Actor(id: me, username: "ada", roles: [role], organizations: [:], scopes: scopes)
    }

    /// For every role, action and kind: what is allowed on a thing of one's own here, of somebody else here, and elsewhere. It is
    /// written out from the table by other means than `can`, so that a change of either is seen.
    @Test("every cell is allowed exactly if a grant of the role, or of a role everybody has, says so", arguments: Role.allCases)
    func cells(_ role: Role) {
        let actor = Self.actor(role)
        for type in ResourceType.allCases {
            for action in Action.allCases {
                for (owner, organization) in [(Self.me, Self.here), (Self.other, Self.here), (Self.other, Self.elsewhere)] {
                    let implied: [Role] = role.isOfOrganization ? [.member, .organizationMember] : [.member]
                    let held = Set(implied + [role])
                    var expected = held.contains { role in
                        Policy.grants[role]?.contains { grant in
                            guard grant.type == type, grant.actions.contains(action) else { return false }
                            switch grant.reach {
                            case .site: return true
                            case .organization: return organization == Self.here && role.isOfOrganization
                            case .own: return owner == Self.me && (!role.isOfOrganization || organization == Self.here)
                            }
                        } ?? false
                    }
                    if role == .organizationWorkspaceCreationBan, type == .workspace, [.create, .delete].contains(action) { expected = false }
                    let object = Object(type, organization: organization, owner: owner)
                    #expect(actor.can(action, object) == expected, "\(role) \(action) \(type) \(owner == Self.me) \(organization == Self.here)")
                }
            }
        }
    }

    @Test("what matters most, in words")
    func sentences() {
        let owner = Self.actor(.owner)
        let member = Self.actor(.organizationMember)
        let admin = Self.actor(.organizationAdmin)
        let mine = Object(.workspace, organization: Self.here, owner: Self.me)
        let theirs = Object(.workspace, organization: Self.here, owner: Self.other)
        #expect(Action.allCases.allSatisfy { owner.can($0, theirs) })
        #expect(member.can(.create, mine) && member.can(.ssh, mine) && !member.can(.read, theirs))
        #expect(admin.can(.delete, theirs) && !admin.can(.ssh, theirs) && !admin.can(.applicationConnect, theirs))
        #expect(!admin.can(.read, Object(.workspace, organization: Self.elsewhere, owner: Self.other)))
        #expect(Self.actor(.templateAdmin).can(.read, theirs) && !Self.actor(.templateAdmin).can(.update, theirs))
        #expect(!Self.actor(.userAdmin).can(.read, theirs))
        #expect(!Self.actor(.auditor).can(.update, Object(.user, owner: Self.other)))
        #expect(!Self.actor(.organizationWorkspaceCreationBan).can(.create, mine))
        #expect(member.can(.use, Object(.template, organization: Self.here, granted: [.read, .use])))
        #expect(!member.can(.use, Object(.template, organization: Self.here)))
    }

    @Test("nobody gives away a role that is above their own", arguments: Role.allCases)
    func giving(_ role: Role) {
        for giver in Role.allCases {
            let organization = role.isOfOrganization ? Self.here : nil
            let may = Self.actor(giver).canGive(role, in: organization)
            if giver == .owner { #expect(may) }
            if [.owner, .userAdmin, .templateAdmin, .auditor].contains(role), giver != .owner { #expect(!may, "\(giver) gives \(role)") }
            if role == .organizationAdmin { #expect(may == [.owner, .organizationAdmin].contains(giver), "\(giver)") }
            if [.member, .auditor, .templateAdmin, .organizationMember].contains(giver) { #expect(!may, "\(giver) gives \(role)") }
        }
        #expect(!Self.actor(.owner).canGive(role, in: role.isOfOrganization ? nil : Self.here))
    }

    @Test("a key may do what its scopes say, and no more")
    func scopes() throws {
        let object = Object(.workspace, organization: Self.here, owner: Self.other)
        let connect = Self.actor(.owner, scopes: [.applicationConnect])
        #expect(connect.can(.applicationConnect, object) && !connect.can(.read, object) && !connect.canSomewhere(.read, .workspace))
        let reader = Self.actor(.owner, scopes: [try #require(APIKeyScope(rawValue: "workspace:read"))])
        #expect(reader.can(.read, object) && !reader.can(.update, object) && !reader.can(.read, Object(.template)))
        let star = Self.actor(.owner, scopes: [try #require(APIKeyScope(rawValue: "workspace:*"))])
        #expect(star.can(.delete, object) && !star.can(.read, Object(.user)))
        #expect(!Self.actor(.owner, scopes: []).can(.read, object))
        // A scope never gives what the roles do not.
        #expect(!Self.actor(.organizationMember, scopes: [try #require(APIKeyScope(rawValue: "workspace:read"))]).can(.read, object))
        for wrong in ["", "workspace", "workspace:fly", "rocket:read", "workspace:read:more", "ALL"] {
            #expect(APIKeyScope(rawValue: wrong) == nil, "\(wrong)")
        }
    }
}
