/** What was read is not Redis' protocol; whoever reads ends the connection. */
export class RespError extends Error {}
