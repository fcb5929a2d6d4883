package desk

import (
	"slices"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// A remark is a mark among a report's facts: a sentence where the mark is
// known, and its bare name where a newer version made it.
type remark struct{ ID, Name string }

// warnings are the sentences above a report's text that say how it may name
// its sender: about every mail, and about the marks that intake put on it. A
// report that is not read has none.
func warnings(c triage.Case) (ids []string) {
	if c.AboutTeam || c.Unreadable {
		return nil
	}
	if c.Channel == intake.Mail {
		ids = append(ids, "mark.mail")
	}
	for _, m := range c.Marks {
		switch m {
		case intake.MarkSignature:
			ids = append(ids, "mark.signature")
		case intake.MarkQuotes:
			ids = append(ids, "mark.quotes")
		}
	}
	return ids
}

// remarks are the marks that are no warnings.
func remarks(marks []intake.Mark) (all []remark) {
	for _, m := range marks {
		switch m {
		case intake.MarkSignature, intake.MarkQuotes:
		case intake.MarkPhoneDamaged:
			all = append(all, remark{ID: "mark.phone-damaged"})
		default:
			all = append(all, remark{Name: string(m)})
		}
	}
	return all
}

// mayName reports whether a report's marks warn that it may name its sender.
func mayName(marks []intake.Mark) bool {
	return slices.Contains(marks, intake.MarkSignature) || slices.Contains(marks, intake.MarkQuotes)
}
