package entry

// A Record is an entry as the log has it.
type Record struct {
	Index  int64  `json:"index"` // from 0
	Header Header `json:"header"`
	Raw    []byte `json:"raw"` // the header's canonical bytes, the leaf of the tree
}

// A Draft is an entry on its way into the log.
type Draft struct {
	Header Header `json:"header"`
	// Bodies are the stored bytes of the parts, in the header's order.
	Bodies [][]byte `json:"bodies"`
	// Wraps are the identities sealed to an account's passphrase, by account;
	// ViewKey is the view key sealed to the team. Only account and keys
	// entries come with them. They are not part of the log.
	Wraps   map[string][]byte `json:"wraps,omitempty"`
	ViewKey []byte            `json:"view_key,omitempty"`
}

// A View is what the reader keeps of an entry to list it: sealed under the
// view key, opaque to the box.
type View struct {
	Index  int64  `json:"index"`
	Sealed []byte `json:"sealed"`
}
