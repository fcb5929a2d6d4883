package hotline

import (
	"strconv"
	"strings"
)

// answer reads whether somebody answered.
func (w *callWalker) answer(cells []string) (answered bool, column int, reason Reason) {
	if kind, column := w.cell(cells, callRecords); len(w.columns[callRecords]) > 0 && kind != "1" {
		return false, column, BadStatus
	}
	if len(w.columns[callConnect]) > 0 {
		s, column := w.cell(cells, callConnect)
		if !digits(s) {
			return false, column, BadStatus
		}
		return strings.Trim(s, "0") != "", column, ""
	}
	s, column := w.cell(cells, callStatus)
	answered, known := answers[status(s)]
	if !known {
		return false, column, BadStatus
	}
	return answered, column, ""
}

// answers says of the words in which exchanges tell how a leg ended whether
// somebody answered. A voice box is nobody.
var answers = map[string]bool{
	"answered":  true,
	"no answer": false, "noanswer": false, "not answered": false, "unanswered": false, "busy": false, "failed": false, "congestion": false,
	"cancelled": false, "canceled": false, "missed": false, "abandoned": false, "rejected": false, "declined": false, "voicemail": false,
	"redirected": false, "waiting": false,
}

func status(cell string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), "_", " ")
}

// talk reads how long was talked. Where the exchange tells only how long the
// leg took, it is that without the ringing.
func (w *callWalker) talk(cells []string) (n, column int, reason Reason) {
	s, column := w.cell(cells, callTalk)
	if s != "" {
		n, ok := seconds(s)
		if !ok {
			return 0, column, BadStatus
		}
		return n, column, ""
	}
	rang, _ := w.cell(cells, callRang)
	lasted, at := w.cell(cells, callLasted)
	if lasted == "" && w.exchange.format == ThreeCX {
		return 0, column, "" // a leg on which nobody talked
	}
	if len(w.columns[callTalk]) == 0 {
		column = at
	}
	all, ok := seconds(lasted)
	if !ok {
		return 0, column, BadStatus
	}
	before, _ := seconds(rang)
	return max(all-before, 0), column, ""
}

// seconds reads a duration: seconds, or hours, minutes and seconds.
func seconds(s string) (int, bool) {
	const most = 9 // digits
	if parts := strings.Split(s, ":"); len(parts) == 3 {
		total := 0
		for i, p := range parts {
			if i == 2 {
				p, _, _ = strings.Cut(p, ".")
			}
			n, err := strconv.Atoi(p)
			if !digits(p) || len(p) > 4 || err != nil || i > 0 && (len(p) != 2 || n > 59) {
				return 0, false
			}
			total = total*60 + n
		}
		return total, true
	}
	if !digits(s) || len(s) > most {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
