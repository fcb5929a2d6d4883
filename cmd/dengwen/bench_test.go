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

// BenchmarkUploads sends files of 10 MB to serve, 32 at a time, each with a
// report, and shows what it takes in and the most memory that it held
// resident, in MB. The aim of serve is 256; see tuneCollector.
func BenchmarkUploads(b *testing.B) {
	const files, size = 32, 10 << 20
	d := beginDay(b, nil)
	data := bytes.Repeat([]byte("一张照片的一行"), size/21)
	b.SetBytes(files * int64(len(data)))
	b.ResetTimer()
	for range b.N {
		var all sync.WaitGroup
		for i := range files {
			all.Go(func() {
				if err := upload(d.public+"/report", fmt.Sprintf("第%d份", i), data); err != nil {
					b.Error(err)
				}
			})
		}
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
