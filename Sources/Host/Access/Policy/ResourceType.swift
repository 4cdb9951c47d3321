/// A kind of thing that is guarded. The names are those of Coder's API; `plugin` is ours.
package enum ResourceType: String, Sendable, Hashable, CaseIterable {
    case apiKey = "api_key"
    case assignOrganizationRole = "assign_org_role"
    case assignRole = "assign_role"
    case auditLog = "audit_log"
    case debugInfo = "debug_info"
    case deploymentConfiguration = "deployment_config"
    case deploymentStats = "deployment_stats"
    case file
    case group
    case organization
    case organizationMember = "organization_member"
    case plugin
    case provisionerDaemon = "provisioner_daemon"
    case provisionerJobs = "provisioner_jobs"
    case template
    case user
    case userSecret = "user_secret"
    case workspace
    case workspaceDormant = "workspace_dormant"
}
