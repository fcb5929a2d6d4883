package desk

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// perPage is how many reports a page of the queue lists.
const perPage = 50

// A queuePage lists one page of the reports of a state and a channel.
type queuePage struct {
	Rows           []queueRow
	Total          int
	Page, Pages    int // from 1
	State          triage.State
	Channel        intake.Channel
	States         []triage.State
	Channels       []intake.Channel
	Progress       progress
	Previous, Next int // 0 is none
}

// A queueRow is a row as people see it. It is fresh until somebody decides or,
// in this session, until it was read.
type queueRow struct {
	triage.Row
	When  string
	Fresh bool
	Names bool // it may name its sender
}

// queue lists reports. Whoever does not hold the team's key has none to list.
func (s *Site) queue(k call) error {
	if !who(k).Is(triage.Leader, triage.Member) {
		return s.find(k)
	}
	p := s.refreshRows(k.Request().Context(), k.session)
	if !p.Ready {
		if p.Running {
			// The page has no script; this header has it loaded again.
			again := ui.NewView(k.Request()).Link(pathOf(k.session), paramUnattended, 1)
			k.Response().Header().Set("Refresh", "2; url="+again)
		}
		return s.show(k, http.StatusOK, "opening", p, nil)
	}
	q := queuePage{State: triage.State(k.QueryParam("state")), Channel: intake.Channel(k.QueryParam("channel")),
		States: triage.States(), Channels: intake.Channels(), Progress: p}
	if !q.State.Valid() {
		q.State = ""
	}
	if !q.Channel.Valid() {
		q.Channel = ""
	}
	q.Page, _ = strconv.Atoi(k.QueryParam("page"))
	q.Page = max(q.Page, 1)
	rows, total := k.account.List(q.State, q.Channel, (min(q.Page, 1<<20)-1)*perPage, perPage)
	q.Total, q.Pages = total, max(1, (total+perPage-1)/perPage)
	if q.Page > q.Pages { // the queue became shorter, or somebody typed
		q.Page = q.Pages
		rows, q.Total = k.account.List(q.State, q.Channel, (q.Page-1)*perPage, perPage)
	}
	if q.Page > 1 {
		q.Previous = q.Page - 1
	}
	if q.Page < q.Pages {
		q.Next = q.Page + 1
	}
	for _, r := range rows {
		q.Rows = append(q.Rows, queueRow{r, s.when(r), r.State == triage.New && !k.seen(r.ID), mayName(r.Marks)})
	}
	return s.show(k, http.StatusOK, "queue", q, nil)
}

// when is a report's arrival; of some only the day is known.
func (s *Site) when(r triage.Row) string {
	if r.Arrived.IsZero() {
		return r.Day
	}
	return s.moment(r.Arrived, "2006-01-02 15:04")
}

// A findPage takes a custodian, who has no list, to a report by its id.
type findPage struct{ ID string }

func (s *Site) find(k call) error {
	if !who(k).Is(triage.Custodian) {
		return intake.ErrForbidden
	}
	id := strings.ToLower(strings.TrimSpace(k.QueryParam("report")))
	switch {
	case id == "":
		return s.show(k, http.StatusOK, "find", findPage{}, nil)
	case !idShape.MatchString(id):
		text := ui.NewView(k.Request()).Text("desk.find-wrong")
		return s.show(k, http.StatusBadRequest, "find", findPage{id}, []ui.FieldError{{Field: "report", Text: text}})
	}
	return s.goTo(k, pathOf(k.session)+"report/"+id+"/identity")
}

// idShape is that of a report's id.
var idShape = regexp.MustCompile(`^[0-9a-f]{32}$`)
