package intake

// A Channel is the way a report came in. The set is closed: format v1 of the
// log reserves all seven names, and unknown ones are refused.
type Channel string

// The channels of format v1. Web, Mail and Hotline have adapters; Letter, Box
// (a locked box at the hotel door), Visit and SMS are reserved for reports
// that staff enter by hand.
const (
	Web     Channel = "web"
	Mail    Channel = "mail"
	Hotline Channel = "hotline"
	Letter  Channel = "letter"
	Box     Channel = "box"
	Visit   Channel = "visit"
	SMS     Channel = "sms"
)

// Channels lists every channel of format v1 in the order in which people are
// told about them.
func Channels() []Channel { return []Channel{Web, Mail, Hotline, Letter, Box, Visit, SMS} }

// LiveChannels lists the channels that have an adapter today; status and
// hours are shown for these.
func LiveChannels() []Channel { return []Channel{Web, Mail, Hotline} }

// Valid reports whether c is a channel of format v1.
func (c Channel) Valid() bool {
	switch c {
	case Web, Mail, Hotline, Letter, Box, Visit, SMS:
		return true
	}
	return false
}
