import Scalars
/// How connections behave.
package struct ConnectionSettings: Sendable {
    package var address: DatabaseAddress
    /// A connection that is not made by then is given up.
    package var connectTimeout: Duration = .seconds(10)
    /// The server ends a statement that takes longer; nil lets it run.
    package var statementTimeout: Duration? = .seconds(30)
    /// The server ends a transaction in which nothing happens for so long.
    package var idleTransactionTimeout: Duration = .seconds(60)
    /// How many statements a connection keeps prepared; the one that was used longest ago is forgotten.
    package var preparedStatementsMax = 256

    package init(_ address: DatabaseAddress) { self.address = address }

    /// How much longer than the server's own limit an answer is waited for.
    static let answerGrace: Duration = .seconds(10)

    /// The statements a connection begins with. What is committed has to be durable, whatever the database's own setting is.
    var preamble: String {
        """
        set timezone = 'UTC';
        set statement_timeout = \(statementTimeout?.wholeMilliseconds ?? 0);
        set idle_in_transaction_session_timeout = \(idleTransactionTimeout.wholeMilliseconds);
        select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
        """
    }
}
