package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// benchMails is how many mails a group has in BenchmarkSubmitGroup.
const benchMails = 50

// BenchmarkSubmitGroup brings in mails as the poller does: each of two to twenty
// KB, kept raw beside its two parts, every twelfth with 200 KB attached. Aim: 900
// mails a second on two cores. TMPDIR has to be on a disk, for a file system in
// memory syncs nothing. On ext4 a run is slower in a place where thousands of
// files were deleted in the last minutes, the run before it among others: making
// a file then looks at each of their inodes before it takes one.
func BenchmarkSubmitGroup(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 5))
	attached := []byte(random(200 << 10))
	box := storetest.New(b)
	var mails int
	for b.Loop() {
		b.StopTimer()
		group := make([]*intake.Report, benchMails)
		for i := range group {
			mails++
			raw := []byte(fmt.Sprint(mails, random(2<<10+rng.IntN(18<<10))))
			list := []intake.File{{Name: "message.eml", Type: "message/rfc822", Private: true, Body: bytes.NewReader(raw)}}
			if mails%12 == 0 {
				list = append(list, intake.File{Name: "附件.pdf", Type: "application/pdf", Body: bytes.NewReader(attached)})
			}
			group[i] = &intake.Report{Channel: intake.Mail, Arrived: box.Clock.Now(), Subject: "来信", Text: string(bytes.Repeat([]byte("举报"), len(raw)/8)),
				Identity: intake.Identity{Headers: "From: a@example.invalid\r\n"}, Files: files(list...), Source: intake.Source{Meaning: raw}}
		}
		cursor := intake.Cursor{Name: "mail", Value: fmt.Append(nil, mails)}
		b.StartTimer()
		outs, err := box.SubmitGroup(b.Context(), group, cursor)
		if err != nil {
			b.Fatal(err)
		}
		for i, o := range outs {
			if o.Verdict != intake.Accepted {
				b.Fatalf("mail %d: %+v", i, o)
			}
		}
	}
	b.ReportMetric(float64(mails)/b.Elapsed().Seconds(), "mails/s")
}
