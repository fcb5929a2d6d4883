package desk

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// uploadLimits bound the form that sends a file. Of a file that is too large
// more is read than is taken, for a browser that is cut off shows no answer.
var uploadLimits = ui.FormLimits{Fields: 8, FieldBytes: 16 << 10, Body: 8 * intake.MaxUpload, Files: []string{"file"}}

// maxColumns bounds what may be typed about columns, in bytes.
const maxColumns = 4 << 10

// taking is for pages about files of the hotline: where files are taken, for
// those who hold the team's key.
func (s *Site) taking(next func(call) error) func(call) error {
	return func(k call) error {
		if !who(k).Is(triage.Leader, triage.Member) {
			if k.form != nil {
				k.form.Drain()
			}
			return intake.ErrForbidden
		}
		return next(k)
	}
}

// importPath is where a session's file is shown, however far it is.
func importPath(x *session) string { return pathOf(x) + "import" }

// upload takes a file into memory and has it checked. Fields come before the
// file, so that the session and the token are known to be good before any of
// its bytes are read.
func (s *Site) upload(k call) error {
	f := importForm{Zone: k.form.Get("zone"), Columns: k.form.Get("columns")}
	if !slices.ContainsFunc(s.zones(ui.Words{}), func(c choice) bool { return c.Value == f.Zone }) {
		k.form.Drain()
		return errForm
	}
	i := &importing{id: random(16), order: intake.ImportOrder{Zone: f.Zone, Columns: f.Columns, Language: ui.NewView(k.Request()).Language()}, stock: &s.stock}
	if err := s.receive(k, i); err != nil {
		k.form.Drain()
		return s.notReceived(k, f, err)
	}
	if err := k.replace(i); err != nil {
		i.leave()
		return err
	}
	if err := s.run(k.ctx, i, checking); err != nil {
		return err
	}
	return s.goTo(k, importPath(k.session))
}

var errNoFile, errEmptyFile, errLongColumns = errors.New("no file was chosen"), errors.New("the file is empty"), errors.New("too many columns")

// receive reads the form's file; if it has none, the one that is there is read
// once more.
func (s *Site) receive(k call, i *importing) (err error) {
	if len(i.order.Columns) > maxColumns {
		return errLongColumns
	}
	if old := k.pending(); old != nil && old.busy() {
		return errTaking
	}
	name := k.account.Name()
	if err := s.uploads.begin(name); err != nil {
		return err
	}
	defer func() { s.uploads.end(name, err == nil) }()
	for u, err := range k.form.Files() {
		if err == nil {
			i.name = u.Name
			i.file, err = s.stock.hold(u.Body, k.over)
		}
		if err != nil {
			return err
		}
		if i.size = i.file.Size; i.size == 0 {
			i.file.drop()
			return errEmptyFile
		}
		for _, err := range k.form.Files() { // only the end of the form shows that it is whole
			if err != nil {
				i.file.drop()
				return err
			}
		}
		return nil
	}
	if old := k.pending(); old != nil && old.id == k.form.Get("same") {
		i.name, i.size, i.file = old.name, old.size, old.pass()
	}
	if i.file == nil {
		return errNoFile
	}
	return nil
}

// notReceived answers a form whose file was not taken, with what was typed.
func (s *Site) notReceived(k call, f importForm, err error) error {
	again := func(status int, field, id string, pairs ...any) error {
		if old := k.pending(); old != nil {
			f.Same, f.Name = old.id, old.name
		}
		return s.askForFile(k, status, f, []ui.FieldError{s.wrong(k, field, id, pairs...)})
	}
	if wait, is := errors.AsType[tooOften](err); is && !k.over() {
		left := time.Duration(wait).Round(time.Second) + time.Second
		k.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(left/time.Second)))
		return again(http.StatusTooManyRequests, "file", "hotline.often", "Max", maxUploads, "Count", int(left/time.Minute)+1)
	}
	switch {
	case k.over():
		return errEnded
	case errors.Is(err, errNoFile):
		return again(http.StatusBadRequest, "file", "hotline.no-file")
	case errors.Is(err, errEmptyFile):
		return again(http.StatusBadRequest, "file", "hotline.empty")
	case errors.Is(err, errLongColumns):
		return again(http.StatusBadRequest, "columns", "hotline.columns-long", "Max", maxColumns)
	case errors.Is(err, errOversized), errors.Is(err, ui.ErrFormTooLarge):
		return again(http.StatusRequestEntityTooLarge, "file", "hotline.large", "Max", ui.Size(intake.MaxUpload))
	case errors.Is(err, errCrammed):
		k.Response().Header().Set(echo.HeaderRetryAfter, "60")
		return again(http.StatusServiceUnavailable, "file", "hotline.crammed")
	case errors.Is(err, ui.ErrFormCut), errors.Is(err, ui.ErrFormSlow), errors.Is(err, ui.ErrFormBroken):
		return again(http.StatusBadRequest, "file", "hotline.cut")
	}
	return err
}

// confirm has the file go in, once, whatever becomes of the browser. It must be
// the one whose preview was confirmed.
func (s *Site) confirm(k call) error {
	i := k.pending()
	switch {
	case i == nil:
		return errGone
	case i.id != k.form.Get("file"):
		return errReplaced
	}
	if err := s.run(s.ctx, i, taking); err != nil {
		return err
	}
	return s.goTo(k, importPath(k.session))
}

// throwAway drops the file, or what is shown of one that went in. Sent twice, or
// for a file that is another one by now, it does nothing.
func (s *Site) throwAway(k call) error {
	k.discard(k.form.Get("file"))
	return s.goTo(k, importPath(k.session))
}

// zones are the zones of times that a form offers.
func (s *Site) zones(w ui.Words) []choice {
	own := s.options.Timezone.String()
	configured := w.Text("hotline.zone-configured", "Ledger", s.ledgerZone(), "Calls", s.options.Zones.Calls)
	list := []choice{{"", configured}, {own, w.Text("hotline.zone-own", "Zone", own)}}
	if own != time.UTC.String() {
		list = append(list, choice{time.UTC.String(), w.Text("hotline.zone-utc")})
	}
	return list
}

// A choice is one of a list that a form offers.
type choice struct{ Value, Text string }

// ledgerZone is the zone in which ledgers are read where the form names none.
func (s *Site) ledgerZone() string {
	return cmp.Or(s.options.Zones.Ledger, s.options.Timezone.String())
}

// zoneOf is the zone in which a file's times were read: no call record is read
// without one.
func (s *Site) zoneOf(w ui.Words, st importState) string {
	if st.Answer.Exchange != "" {
		return cmp.Or(st.Order.Zone, s.options.Zones.Calls)
	}
	return cmp.Or(st.Order.Zone, s.ledgerZone())
}
