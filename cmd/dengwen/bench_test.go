package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"
)

// BenchmarkUploads sends 200 files of 10 MB to serve at once, each with a
// report, and shows what it takes in and the most memory that it held
// resident, in MB. The aim is less than 256; see tuneCollector.
//
// That many have a place in web/public, and none waits for a connection: the
// bound is maxConnections. This process and serve need a descriptor for each,
// and serve one more for the blob.
func BenchmarkUploads(b *testing.B) {
	const files, size = 200, 10 << 20
	d := beginDay(b, nil)
	data := bytes.Repeat([]byte("一张照片的一行"), size/21)
	b.SetBytes(files * int64(len(data)))
	b.ResetTimer()
	for n := range b.N {
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range files {
			all.Go(func() {
				<-begin
				if err := upload(d.public+"/report", fmt.Sprintf("第%d轮第%d份，写得比最短的要长", n, i), data); err != nil {
					b.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
	}
	b.StopTimer()
	b.ReportMetric(peak(b, d.serve), "peak-MB")
}

// upload sends a report with one file, which it does not copy.
func upload(address, text string, data []byte) error {
	body, to := io.Pipe()
	w := multipart.NewWriter(to)
	go func() {
		w.WriteField("text", text)
		part, err := w.CreateFormFile("files", "file.bin")
		if err == nil {
			_, err = part.Write(data)
		}
		if err == nil {
			err = w.Close()
		}
		to.CloseWithError(err)
	}()
	answer, err := http.Post(address, w.FormDataContentType(), body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// peak is the most memory that a process held resident, in MB.
func peak(b *testing.B, p *process) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	return peakIn(b, text)
}

// peakIn is the same from what /proc says of a process.
func peakIn(b *testing.B, text []byte) float64 {
	b.Helper()
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		b.Fatalf("no peak in\n%s", text)
	}
	kb, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
