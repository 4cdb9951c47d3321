extension Agent {
    /// ``startupScript`` and ``shutdownScript`` as the scripts that they are a short form of.
    package var ownScripts: [Script] {
        var scripts: [Script] = []
        if let startupScript, !startupScript.isEmpty {
            scripts.append(
                Script(
                    agent: self, "Startup Script", icon: "/emojis/25b6-fe0f.png", startupScript, log: "coder-startup-script.log",
                    isForStart: true, blocksLogin: startupScriptBehavior == .blocking))
        }
        if let shutdownScript, !shutdownScript.isEmpty {
            scripts.append(
                Script(
                    agent: self, "Shutdown Script", icon: "/emojis/25c0.png", shutdownScript, log: "coder-shutdown-script.log",
                    isForStart: false, blocksLogin: false))
        }
        return scripts
    }
}

extension Script {
    /// A script of an agent's own; its address is that of the agent.
    fileprivate init(
        agent: Agent, _ displayName: String, icon: String, _ script: String, log: String, isForStart: Bool, blocksLogin: Bool
    ) {
        address = agent.address
        self.agent = agent.address
        self.displayName = displayName
        self.icon = icon
        self.script = script
        cron = nil
        runsOnStart = isForStart
        runsOnStop = !isForStart
        startBlocksLogin = blocksLogin
        timeoutSeconds = 0
        logPath = log
    }
}
