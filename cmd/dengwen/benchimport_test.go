package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
)

// These benchmarks run the real dengwen import on files of a duty phone, and
// show the rows that it takes a second and the most memory that it held
// resident, in MB. The aims: 1,000 rows a second sealed and durable on two
// cores, and for 100,000 rows less than 128 MB of CSV and less than 300 MB of
// XLSX.

// importFormats are the kinds of files that are measured.
var importFormats = []string{".csv", ".xlsx"}

// BenchmarkImport takes in 20,000 rows, each of them a report.
func BenchmarkImport(b *testing.B) {
	for _, format := range importFormats {
		b.Run(format[1:], func(b *testing.B) { benchImport(b, format, 20_000, 1) })
	}
}

// BenchmarkImportLarge reads 100,000 rows of which two in a hundred go in, and
// the others are duplicates or refused.
func BenchmarkImportLarge(b *testing.B) {
	for _, format := range importFormats {
		b.Run(format[1:], func(b *testing.B) { benchImport(b, format, 100_000, 50) })
	}
}

// BenchmarkImportDryRun only says what would become of 100,000 rows, as the
// preview at the desk does.
func BenchmarkImportDryRun(b *testing.B) {
	for _, format := range importFormats {
		b.Run(format[1:], func(b *testing.B) { benchImport(b, format, 100_000, 1, "--dry-run") })
	}
}

// benchImport imports a file of which one row in so many is accepted.
func benchImport(b *testing.B, format string, rows, goodOf int, flags ...string) {
	path := filepath.Join(b.TempDir(), "ledger"+format)
	plainLedger(b, path, rows, goodOf)
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var took time.Duration
	most := 0.0
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		config, _ := inspection(b)
		cmd := exec.Command(self)
		cmd.Args = append([]string{"dengwen", "import", "--config", config, path, "--json"}, flags...)
		cmd.Env = append(ownEnviron(), "NOW="+testNow)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		// The rusage of a child begins with the peak of its parent, so that it is
		// /proc that says. The answer comes at the end, when all is in.
		var answer []byte
		peak := 0.0
		for buf := make([]byte, 4096); err == nil; {
			if text, gone := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)); gone == nil && bytes.Contains(text, []byte("VmHWM")) {
				peak = peakIn(b, text)
			}
			timer := out.(*os.File).SetReadDeadline(time.Now().Add(20 * time.Millisecond))
			var n int
			n, err = out.Read(buf)
			answer = append(answer, buf[:n]...)
			if timer == nil && errors.Is(err, os.ErrDeadlineExceeded) {
				err = nil
			}
		}
		took += time.Since(begun)
		most = max(most, peak)
		var r intake.Imported
		err = json.Unmarshal(answer, &r)
		if ended := cmd.Wait(); err != nil || ended != nil || r.Read != rows || r.Accepted != (rows+goodOf-1)/goodOf {
			b.Fatalf("%v %v: %d rows read, %d accepted", err, ended, r.Read, r.Accepted)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(rows*b.N)/took.Seconds(), "rows/s")
	b.ReportMetric(most, "peak-MB")
}

// plainLedger writes a ledger of calls of some hundred characters. Of the rows
// that are not accepted every other one repeats one that is, and the others
// came in the evening.
func plainLedger(b *testing.B, path string, rows, goodOf int) {
	b.Helper()
	list := [][]string{{"序号", "来电时间", "来电人", "电话", "反映对象", "单位", "职务", "反映问题", "记录人"}}
	var last []string
	for i := range rows {
		row := []string{fmt.Sprint(i + 1), fmt.Sprintf("2026-09-%02d %02d:%02d:%02d", 7+i%4, 9+i/3600%8, i/60%60, i%60), "某甲", fmt.Sprintf("0000%07d", i), "某乙", "市交通运输局", "科长",
			strings.Repeat("农村公路养护款层层截留，三个村的路面至今没有修。", 3) + fmt.Sprint("第", i, "件"), "值班员丙"}
		switch {
		case i%goodOf == 0:
			last = row
		case i%2 == 0:
			row = last
		default:
			row[1] = fmt.Sprintf("2026-09-%02d 20:%02d:%02d", 7+i%4, i/60%60, i%60)
		}
		list = append(list, row)
	}
	if filepath.Ext(path) == ".xlsx" {
		workbook(b, path, [][][]string{list})
		return
	}
	var text strings.Builder
	for _, row := range list {
		text.WriteString(strings.Join(row, ",") + "\n")
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
}

// ownEnviron is the environment of a person: the collector's is that of the
// benchmarks.
func ownEnviron() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMAXPROCS=") })
}
