import HCL

/// What a `connection` block can say.
package enum ConnectionSchema {
    package static let block = BlockSchema(
        attributes: texts.merging(others) { text, _ in text }, description: "How to reach the machine that a provisioner works on.")

    private static let others: [String: AttributeSchema] = [
        "host": AttributeSchema(.string, .required, "The name or address of the machine."),
        "port": AttributeSchema(.number, .optional, "22 if not given."),
        "agent": AttributeSchema(.bool, .optional, "Whether to ask the agent behind SSH_AUTH_SOCK."),
        "bastion_port": AttributeSchema(.number, .optional, "The port of the bastion; that of the machine if not given."),
        "proxy_port": AttributeSchema(.number, .optional),
        "https": AttributeSchema(.bool, .optional),
        "insecure": AttributeSchema(.bool, .optional),
        "use_ntlm": AttributeSchema(.bool, .optional),
    ]

    private static let texts: [String: AttributeSchema] = [
        "type": "\"ssh\", which is the default; \"winrm\" is not supported.",
        "user": "root if not given.",
        "password": "For the methods \"password\" and \"keyboard-interactive\".",
        "timeout": "How long to try: \"30s\", \"10m\"; 5 minutes if not given.",
        "script_path": "Where scripts are put; %RAND% becomes a number.",
        "target_platform": "\"unix\" or \"windows\".",
        "private_key": "The text of a private key without passphrase.",
        "certificate": "The text of a certificate for the private key.",
        "host_key": "The public key that the machine must have.",
        "agent_identity": "The comment of the agent's key to use.",
        "proxy_scheme": "\"http\", which is the default.",
        "proxy_host": "A proxy through which to reach the machine or its bastion.",
        "proxy_user_name": "", "proxy_user_password": "",
        "bastion_host": "A machine through which to reach the other.",
        "bastion_host_key": "The public key that the bastion must have.",
        "bastion_user": "The user of the machine if not given.",
        "bastion_password": "The password of the machine if not given.",
        "bastion_private_key": "The private key for the machine if not given.",
        "bastion_certificate": "The text of a certificate for the bastion's private key.",
        "cacert": "",
    ].mapValues { AttributeSchema(.string, .optional, $0) }
}
