package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// A seizure is a box whose disk, temporary files and log are searched for what
// went into it.
type seizure struct {
	b        *storetest.Box
	log      logBuffer
	canaries map[string]string // what → text that is nowhere else
}

// canary makes up a text for a field. Reports hold it between others, so that
// no field is found by its neighbour.
func (s *seizure) canary(what string) string {
	text := fmt.Sprintf("金丝雀%s%04d", what, 7000+len(s.canaries))
	s.canaries[what] = text
	return text
}

// report has a canary in every field that a report of this channel can have.
func (s *seizure) report(c intake.Channel, name string) *intake.Report {
	in := func(field string) string { return s.canary(name + field) }
	r := &intake.Report{Channel: c, Arrived: s.b.Clock.Now(), Unit: in("单位"), Category: intake.Integrity, Subject: in("标题"), Text: "前 " + in("正文") + " 后",
		Persons:  []intake.Person{{Name: in("被举报人"), Post: in("职务")}},
		Identity: intake.Identity{Name: in("姓名"), Contact: in("联系方式"), Phone: in("来电号码"), Remark: in("备注"), Headers: in("邮件头")}}
	if c != intake.Web {
		r.Source.Meaning = s.meaning(name)
	}
	if c == intake.Hotline {
		r.Recorder = in("记录人")
	} else {
		r.Files = files(
			intake.File{Name: in("附件名"), Type: in("附件类型"), Body: io.MultiReader(io.LimitReader(zeros{}, 100_000), strings.NewReader(in("附件内容")))},
			intake.File{Name: in("原件名"), Private: true, Body: strings.NewReader(in("原件内容"))})
	}
	return r
}

// meaning is one that is not to be found either, nor what anybody could work out
// from it alone.
func (s *seizure) meaning(name string) []byte {
	meaning := []byte(s.canary(name + "原文"))
	sum := sha256.Sum256(meaning)
	s.canaries[name+"原文的散列"] = string(sum[:])
	return meaning
}

// addition has a canary in every field of what a receipt's holder can add.
func (s *seizure) addition(name string) *intake.Addition {
	in := func(field string) string { return s.canary(name + field) }
	return storetest.Addition(s.b.Clock.Now(), "前 "+in("正文")+" 后",
		intake.File{Name: in("附件名"), Type: in("附件类型"), Body: io.MultiReader(io.LimitReader(zeros{}, 100_000), strings.NewReader(in("附件内容")))},
		intake.File{Name: in("原件名"), Private: true, Body: strings.NewReader(in("原件内容"))})
}

// mails come in together, or in vain; one is set aside, and one forgotten.
func (s *seizure) mails(t *testing.T) {
	late := s.report(intake.Mail, "晚到的信")
	late.Arrived = late.Arrived.Add(-4 * time.Hour)
	gone := s.report(intake.Mail, "忘掉的信")
	outs, err := s.b.SubmitGroup(t.Context(), []*intake.Report{s.report(intake.Mail, "信"), late, gone}, intake.Cursor{Name: "mail", Value: []byte("uid 3")})
	if err != nil || outs[0].Verdict != intake.Accepted || outs[1].Verdict != intake.Refused {
		t.Fatalf("%+v, %v", outs, err)
	}
	torn := s.report(intake.Mail, "撕坏的信")
	torn.Files = files(intake.File{Name: s.canary("撕坏的信附件名"), Body: io.MultiReader(strings.NewReader(s.canary("撕坏的信附件")), broken{errTorn})})
	if _, err := s.b.SubmitGroup(t.Context(), []*intake.Report{s.report(intake.Mail, "同组的信"), torn}, intake.Cursor{}); !errors.Is(err, errTorn) {
		t.Fatalf("error %v", err)
	}
	a := intake.Aside{Channel: intake.Mail, Arrived: s.b.Clock.Now(), Why: intake.TooLarge, Source: intake.Source{Meaning: s.meaning("隔离的信")}}
	if err := errors.Join(s.b.SetAside(t.Context(), a), s.b.Forget(t.Context(), intake.Mail, [][]byte{gone.Source.Meaning}, intake.Cursor{})); err != nil {
		t.Fatal(err)
	}
}

// call has a canary in each of its numbers. One is of digits, as numbers are.
func (s *seizure) call(at time.Time, name string) *intake.Call {
	c := &intake.Call{At: at, Caller: s.canary(name + "主叫"), Callee: s.canary(name + "被叫"), Meaning: s.meaning(name)}
	digits := fmt.Sprintf("139000%05d", 17391+len(s.canaries))
	s.canaries[name+"号码"] = digits
	c.Caller += " <" + digits + ">"
	return c
}

// calls come in, or in vain: torn, tried, and before the inspection.
func (s *seizure) calls(t *testing.T) {
	now := s.b.Clock.Now()
	each := func(int, intake.Outcome) {}
	for _, dry := range []bool{true, false} {
		if err := s.b.SubmitCalls(t.Context(), dry, storetest.Records(errTorn, s.call(now, fmt.Sprint("撕坏的话单", dry))), each); !errors.Is(err, errTorn) {
			t.Fatalf("error %v", err)
		}
	}
	if err := s.b.SubmitCalls(t.Context(), true, storetest.Records(nil, s.call(now, "试导的话单")), each); err != nil {
		t.Fatal(err)
	}
	outs := s.b.TakeCalls(t, s.call(now, "话单"), s.call(now.Add(-4*time.Hour), "时间外的话单"), s.call(now.AddDate(0, -1, 0), "巡察前的话单"))
	if outs[0].Verdict != intake.Accepted || outs[1].Verdict != intake.Accepted || outs[2].Verdict != intake.Refused {
		t.Fatalf("%+v", outs)
	}
}

func (s *seizure) reopen(t *testing.T) {
	t.Helper()
	if err := s.b.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	s.b.Box, err = store.Open(s.b.Path, store.Options{Now: s.b.Clock.Now, Log: slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.buf.Bytes())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
