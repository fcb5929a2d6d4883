package intake

// A Thread is what the holder of a receipt reads about the report. It says
// days, never times: a time would help to tell who sat at a screen then.
type Thread struct {
	Day     string // of arrival, 2006-01-02
	State   Progress
	Replies []Reply // oldest first
	Added   int     // how often the holder has added to the report
	// AboutTeam says that the office reads it and the team does not.
	AboutTeam bool
	// Provable says that the day of the report is closed, so that a proof that it
	// is in the sealed log can be asked for. It is had unless the log is damaged.
	Provable bool
}

// A Reply is what the team wrote back. It was sealed to the receipt alone and
// to the team; only the code opens it.
type Reply struct {
	ID   string // of its entry; names it among the replies of one report
	Day  string // of writing, 2006-01-02
	Text string
}

// Progress is how far a report has come, as its holder may know it. It follows
// from which kinds of entries refer to the report, for the process that serves
// receipts holds no key that reads them: what the team decided, and whom it
// handed the report to, is not told.
type Progress string

// The steps, each from the first entry of a kind that reaches it. A later step
// is never taken back.
const (
	Received Progress = "received" // accepted
	Seen     Progress = "read"     // read
	InHand   Progress = "in-hand"  // triaged, noted, handover
	Replied  Progress = "replied"  // replied
)
