package store_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

func TestSmoke(t *testing.T) {
	sch, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30"})
	if err != nil {
		t.Fatal(err)
	}
	k := func() string { i, _ := seal.NewIdentity(); return i.Recipient().String() }
	pub, _, _ := ed25519.GenerateKey(nil)
	now := time.Date(2026, 9, 8, 3, 0, 0, 0, time.UTC)
	o := store.Options{Now: func() time.Time { return now }}
	dir := t.TempDir() + "/box"
	f := store.Founding{Schedule: sch, Inspection: entry.Inspection{Name: "x", Team: "y"}, Keys: entry.KeysBody{Generation: 1, Team: k(), Custodian: k(), Archive: k(), Office: k()},
		Account: entry.AccountBody{Account: "leader", Roles: []string{"leader"}, Key: base64.StdEncoding.EncodeToString(pub), Recipient: k()}}
	if err := store.Create(dir, f, o); err != nil {
		t.Fatal(err)
	}
	b, err := store.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	out, err := b.Submit(ctx, &intake.Report{Channel: intake.Web, Arrived: now, Text: "hello"})
	t.Log(out, err)
	err = b.SubmitAll(ctx, false, func(yield func(*intake.Report, error) bool) {
		for i := range 1000 {
			if !yield(&intake.Report{Channel: intake.Hotline, Arrived: now.Add(-time.Duration(i) * time.Minute), Text: "hello", Source: intake.Source{Meaning: fmt.Append(nil, i)}}, nil) {
				return
			}
		}
	}, func(i int, o intake.Outcome) {})
	t.Log(err)
	now = now.Add(24 * time.Hour)
	t.Log(b.CloseDays(ctx))
	s, err := b.Status(ctx)
	t.Logf("%+v %v", s, err)
	p, err := b.Check(ctx)
	t.Log(p, err)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b, err = store.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
}
