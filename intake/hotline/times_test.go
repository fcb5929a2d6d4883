package hotline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// String writes a clock the way the tables below do.
func (c clock) String() string {
	var parts []string
	if c.dated {
		parts = append(parts, fmt.Sprintf("%04d-%02d-%02d", c.year, c.month, c.day))
	}
	if c.timed {
		s := fmt.Sprintf("%02d:%02d:%02d", c.hour, c.minute, c.second)
		if c.nano != 0 {
			s += strings.TrimRight(fmt.Sprintf(".%09d", c.nano), "0")
		}
		parts = append(parts, s)
	}
	if c.zoned {
		parts = append(parts, fmt.Sprintf("%+d", c.offset))
	}
	return strings.Join(parts, " ")
}

func TestParseClock(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{"2026/9/7 8:35", "2026-09-07 08:35:00"},
		{"2026-09-07 09:05:40", "2026-09-07 09:05:40"},
		{"2026.9.7 8:35", "2026-09-07 08:35:00"},
		{"2026/09/07  08:35:00.250", "2026-09-07 08:35:00.25"},
		{"２０２６／９／７　８：３５", "2026-09-07 08:35:00"},
		{"'2026/9/7 8:35", "2026-09-07 08:35:00"},
		{"20260907083500", "2026-09-07 08:35:00"},
		{"202609070835", "2026-09-07 08:35:00"},
		{"20260907 0835", "2026-09-07 08:35:00"},
		{"20260907 083540", "2026-09-07 08:35:40"},
		{"20260907T083540Z", "2026-09-07 08:35:40 +0"},
		{"20260907", "2026-09-07"},
		{"2026年9月7日", "2026-09-07"},
		{"2026年9月7号8点", "2026-09-07 08:00:00"},
		{"2026 年 9 月 7 日 8 时", "2026-09-07 08:00:00"},
		{"2026年9月7日 下午3点", "2026-09-07 15:00:00"},
		{"2026年9月7日下午3:05", "2026-09-07 15:05:00"},
		{"2026年09月07日 08时35分", "2026-09-07 08:35:00"},
		{"2026年9月7日8点半", "2026-09-07 08:30:00"},
		{"2026年9月7日8点5分20秒", "2026-09-07 08:05:20"},
		{"2026年9月7日（星期一）8:35", "2026-09-07 08:35:00"},
		{"2026-9-7 周一 8:35", "2026-09-07 08:35:00"},
		{"2026-9-6(周日)8:35", "2026-09-06 08:35:00"},
		{"2026/9/7\n8:35", "2026-09-07 08:35:00"},
		{"2026/9/7，8:35", "2026-09-07 08:35:00"},
		{"2026/9/7 3:05 PM", "2026-09-07 15:05:00"},
		{"2026/9/7 12:05 AM", "2026-09-07 00:05:00"},
		{"2026/9/7 下午 12:30", "2026-09-07 12:30:00"},
		{"2026/9/7 上午8:35", "2026-09-07 08:35:00"},
		{"2026/9/7上午8:35", "2026-09-07 08:35:00"},
		{"2024-02-29 8:00", "2024-02-29 08:00:00"},
		{"2026-09-07T08:35:00+08:00", "2026-09-07 08:35:00 +28800"},
		{"2026-09-07T08:35:00.123456789Z", "2026-09-07 08:35:00.123456789 +0"},
		{"2026-09-07T08:35-05:00", "2026-09-07 08:35:00 -18000"},
		{"2026-09-07 08:35:00 +0800", "2026-09-07 08:35:00 +28800"},
		{"2026-09-07 00:35:00 UTC", "2026-09-07 00:35:00 +0"},
		{"上午10:20", "10:20:00"},
		{"１５：３０", "15:30:00"},
		{"15:30:59", "15:30:59"},
		{"8点", "08:00:00"},
		{"8点05", "08:05:00"},
		{"8时整", "08:00:00"},
		{"中午12点", "12:00:00"},
		{"中午1点", "13:00:00"},
		{"中午11:50", "11:50:00"},
		{"下午15:30", "15:30:00"},
		{"晚上8点", "20:00:00"},
		{"傍晚6点", "18:00:00"},
		{"凌晨5点", "05:00:00"},
		{"46275.3576388889", "2026-09-10 08:35:00"},
		{"46275.35764", "2026-09-10 08:35:00"},
		{"46275.5", "2026-09-10 12:00:00"},
		{"46275", "2026-09-10"},
		{"0.4305555556", "10:20:00"},
		{"46272.35416", "2026-09-07 08:29:59"},        // five decimals tell 0.43 s: not 08:30
		{"46272.3541666666", "2026-09-07 08:30:00"},   // ten tell it
		{"46272.3541655093", "2026-09-07 08:29:59.9"}, // the rest stays before the hour
	} {
		got, ok := parseClock(c.cell, epoch1900)
		if !ok || got.String() != c.want {
			t.Errorf("%q: %q, %v; want %q", c.cell, got, ok, c.want)
		}
	}
}

func TestParseClockRefuses(t *testing.T) {
	for _, cell := range []string{
		"", "不详", "上午", "同上", "2026", "0835", "083500", "835", "12345", "99999999", "13800000001", "1.5.2", "0", "0.", ".5", "46275.", "-46275.5", "4.6275E4",
		"2026/13/45 8:99", "2026/9/7 8:99", "2026/9/31 8:35", "2026/2/29 8:35", "2026/9/7 24:00", "2026/9/7 8:35:60", "2026/0/7 8:35", "1926/9/7 8:35", "2126/9/7 8:35",
		"26/9/7 8:35", "9/7/2026 8:35", "7/9/2026", "9月7日 8:35", "9-7 8:35", "2026年9月 8:35", "2026/9-7 8:35", "2026-9/7 8:35", "2026年9/7 8:35",
		"8:5", "8:350", "8.30", "8：3５：2", "25:00", "8", "8:35:", "8:35:0", "8;35", "2026/9/7 8", "2026/9/7 0835", "2026/9/718:35", "2026-09-0708:35",
		"上午12:05", "上午13:00", "晚上12点", "晚上1点", "中午9点", "下午0点", "凌晨12:30", "13:00 PM", "0:30 AM", "上午8:35 PM", "8点5", "8点半5", "8点61分",
		"2026/9/7 星期二 8:35", "2026/9/7 周八 8:35", "2026/9/7 (周一 8:35", "2026/9/7 8:35 CST", "2026/9/7 8:35-8:50", "2026/9/7 08:35-09:00", "2026/9/7 08:35 -0900",
		"2026/9/7 8:35~8:50", "2026-09-07T08:35+15:00", "2026-09-07T08:35+08:", "2026-09-07T08:35+08:20", "8:35Z", "2026/9/7 8:35 左右", "约2026/9/7 8:35", "2026/9/7T",
		"2026/9/7 8:35 2026/9/8 9:00", "2026-09-07T08:35:00+08:00 x", strings.Repeat("1", 200), strings.Repeat(" ", 200),
	} {
		if got, ok := parseClock(cell, epoch1900); ok {
			t.Errorf("%q was read as %s", cell, got)
		}
	}
}

// Every instant that a ledger can hold is read back from every form that
// officers and spreadsheets write it in.
func TestClockRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	forms := []struct {
		layout string
		unit   time.Duration
	}{
		{"2006/1/2 15:04", time.Minute}, {"2006-01-02 15:04:05", time.Second}, {"2006.1.2 15:04", time.Minute}, {"20060102150405", time.Second},
		{"200601021504", time.Minute}, {"20060102 150405", time.Second}, {"2006年1月2日15时04分05秒", time.Second}, {"2006年01月02日 15点04分", time.Minute},
		{time.RFC3339Nano, time.Nanosecond}, {"2006/1/2 3:04:05 PM", time.Second}, {"2006-01-02 15:04:05.000", time.Millisecond},
	}
	first := time.Date(firstYear, 1, 1, 0, 0, 0, 0, shanghai)
	span := int64(time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, shanghai).Sub(first))
	for range 2_000 {
		at := first.Add(time.Duration(rng.Int64N(span)))
		for _, f := range forms {
			want := at.Truncate(f.unit)
			cell := want.Format(f.layout)
			c, ok := parseClock(cell, epoch1900)
			if !ok {
				t.Fatalf("%q was not read", cell)
			}
			if got, ok := c.instant(shanghai); !ok || !got.Equal(want) {
				t.Fatalf("%q: %v, %v; want %v", cell, got, ok, want)
			}
		}
		// A number of days tells seconds from five decimals on.
		want := at.Truncate(time.Second)
		wall := time.Date(want.Year(), want.Month(), want.Day(), want.Hour(), want.Minute(), want.Second(), 0, time.UTC)
		for _, e := range []epoch{epoch1900, epoch1904} {
			cell := fmt.Sprintf("%.10f", wall.Sub(e.Time).Hours()/24)
			c, ok := parseClock(cell, e)
			if !ok {
				t.Fatalf("%q was not read", cell)
			}
			if got, ok := c.instant(shanghai); !ok || !got.Equal(want) {
				t.Fatalf("%q: %v, %v; want %v", cell, got, ok, want)
			}
		}
	}
}

// Where summer time leaves an hour out or repeats one, its times are refused.
func TestSummerTime(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{
		"2026-03-29 01:59":          "2026-03-29T00:59:00Z",
		"2026-03-29 02:30":          "",
		"2026-03-29 03:00":          "2026-03-29T01:00:00Z",
		"2026-10-25 01:59":          "2026-10-24T23:59:00Z",
		"2026-10-25 02:30":          "",
		"2026-10-25 03:00":          "2026-10-25T02:00:00Z",
		"2026-10-25T02:30:00+01:00": "2026-10-25T01:30:00Z",
	} {
		c, ok := parseClock(cell, epoch1900)
		if !ok {
			t.Fatalf("%q was not read", cell)
		}
		got := ""
		if at, ok := c.instant(zone); ok {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", cell, got, want)
		}
	}
}
