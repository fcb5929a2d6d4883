package desk

import (
	"net/http"

	"dengwen/intake"
	"dengwen/web/ui"
)

// An importForm asks for a file, with what was typed before.
type importForm struct {
	Zones   []choice
	Zone    string
	Columns string
	Same    string // id of a file that is held and may be read again
	Name    string // of that file
	Max     string // size
}

// An importPage is the form, what was wrong with the file before, or a file's
// progress.
type importPage struct {
	Form    importForm
	Trouble refusal // without an id there is none
	Unsure  bool    // nobody knows whether the file went in
	State   importState
}

// An importState is how far a file is.
type importState struct {
	ID, Name string
	Size     int64
	Order    intake.ImportOrder
	Rows     int
	Answer   intake.ImportAnswer
	Trouble  refusal
	Held     bool // it can be read once more
	Running  bool
	Taking   bool
	Taken    bool
	HasSheet bool
}

// ID is that of the sentence, Wait the seconds until trying again makes sense.
func (r refusal) ID() string { return r.id }
func (r refusal) Wait() int  { return r.wait }

// unsure are the troubles after which nobody knows whether a file went in: the
// answer did not come.
var unsure = map[string]bool{"desk.stopped": true, "desk.unknown": true}

// imports shows the session's file, however far it is, or asks for one.
func (s *Site) imports(k call) error {
	i := k.pending()
	if i == nil {
		return s.askForFile(k, http.StatusOK, importForm{}, nil)
	}
	st := i.look(k.Request().Context())
	form := importForm{Zone: st.Order.Zone, Columns: st.Order.Columns}
	if st.Held {
		form.Same, form.Name = st.ID, st.Name
	}
	switch {
	case st.Running:
		// The page has no script; this header has it loaded again.
		again := ui.NewView(k.Request()).Link(importPath(k.session), paramUnattended, 1)
		k.Response().Header().Set("Refresh", "2; url="+again)
		return s.show(k, http.StatusOK, "import-running", importPage{State: st}, nil)
	case st.Answer.Fault != "":
		return s.askForFile(k, http.StatusOK, form, []ui.FieldError{s.fault(k, st.Answer)})
	case st.Trouble.id != "":
		s.fill(k, &form)
		return s.show(k, http.StatusOK, "import", importPage{Form: form, Trouble: st.Trouble, Unsure: st.Taken && unsure[st.Trouble.id], State: st}, nil)
	}
	if st.Taken {
		k.session.rows.stale()
		k.session.calls.stale()
	}
	return s.preview(k, st, form)
}

// fault is what is wrong with a file, at the field that can put it right.
func (s *Site) fault(k call, a intake.ImportAnswer) ui.FieldError {
	switch a.FaultID {
	case "callrecord.zone":
		return s.wrong(k, "zone", "hotline.zone-needed")
	case "ledger.headless", "ledger.no-column", "map.form", "map.field", "map.twice", "map.column":
		return ui.FieldError{Field: "columns", Text: a.Fault}
	}
	return ui.FieldError{Field: "file", Text: a.Fault}
}

// askForFile shows the form.
func (s *Site) askForFile(k call, status int, f importForm, wrong []ui.FieldError) error {
	s.fill(k, &f)
	return s.show(k, status, "import", importPage{Form: f}, wrong)
}

// fill puts into a form what it always has.
func (s *Site) fill(k call, f *importForm) {
	f.Zones, f.Max = s.zones(ui.NewView(k.Request()).Words), ui.Size(intake.MaxUpload)
}

// A previewPage is what would become of a file, or what became of it.
type previewPage struct {
	importState
	Form        importForm
	Zone        string // of the file's times
	First, Last string
	Panels      []panel
	Confirm     bool // there is something to confirm
}

// Calls reports whether the file is a call record.
func (p previewPage) Calls() bool { return p.Answer.Exchange != "" }

// Kind is how ids of sentences about the file's rows end.
func (p previewPage) Kind() string {
	if p.Calls() {
		return "-calls"
	}
	return ""
}

// A panel is one of the four things that become of a row.
type panel struct {
	Name    string // good, late, known, wrong
	Class   string
	Count   int
	Reasons []reasonCount
	First   []previewRow
	More    []previewRow // behind a click
	Left    int          // that are shown nowhere
}

type reasonCount struct {
	Reason intake.Reason
	Count  int
}

// A previewRow is a row as people see it.
type previewRow struct {
	intake.PreviewRow
	When string
}

// shownFirst is how many rows of a panel are seen at once.
const shownFirst = 5

// preview shows what a file's rows would become, or became.
func (s *Site) preview(k call, st importState, form importForm) error {
	s.fill(k, &form)
	a := st.Answer
	refused := 0
	var reasons []reasonCount
	for _, r := range intake.Reasons() {
		if n := a.Refused[r]; n > 0 {
			reasons = append(reasons, reasonCount{r, n})
		}
	}
	for _, n := range a.Refused {
		refused += n
	}
	p := previewPage{importState: st, Form: form, Zone: s.zoneOf(ui.NewView(k.Request()).Words, st),
		First: s.moment(a.First, "2006-01-02 15:04"), Last: s.moment(a.Last, "2006-01-02 15:04"),
		Panels: []panel{
			s.panel("good", "good", a.Accepted, a.Good), s.panel("late", "warn", refused, a.Late),
			s.panel("known", "", a.Duplicate, a.Known), s.panel("wrong", "warn", a.Bad, a.Wrong),
		}}
	p.Panels[1].Reasons = reasons
	if len(reasons) == 1 {
		p.Panels[1].silent()
	}
	p.Panels[2].silent()
	// That a report was refused is counted when the file goes in; a call is not.
	p.Confirm = !st.Taken && st.Held && (a.Accepted > 0 || refused > 0 && !p.Calls())
	return s.show(k, http.StatusOK, "import-preview", p, nil)
}

func (s *Site) panel(name, class string, count int, rows []intake.PreviewRow) panel {
	p := panel{Name: name, Class: class, Count: count, Left: max(0, count-len(rows))}
	if count == 0 {
		p.Class = ""
	}
	for _, r := range rows {
		shown := previewRow{r, s.moment(r.At, "2006-01-02 15:04")}
		if len(p.First) < shownFirst || len(rows) <= shownFirst+2 {
			p.First = append(p.First, shown)
		} else {
			p.More = append(p.More, shown)
		}
	}
	return p
}

// silent leaves out why of each row, which is the same for all of them.
func (p panel) silent() {
	for i := range p.First {
		p.First[i].Reason = ""
	}
	for i := range p.More {
		p.More[i].Reason = ""
	}
}
