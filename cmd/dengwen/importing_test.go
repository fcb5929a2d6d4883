package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// workbook writes the smallest XLSX file that holds these sheets of rows.
func workbook(t testing.TB, path string, sheets [][][]string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	put := func(name, content string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const package1, office = "http://schemas.openxmlformats.org/package/2006/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"`
	var types, list, relations strings.Builder
	for i, rows := range sheets {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&list, `<sheet name="第%d周" sheetId="%d" r:id="rId%d"/>`, n, n, n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, office, n)
		var data strings.Builder
		for r, row := range rows {
			fmt.Fprintf(&data, `<row r="%d">`, r+1)
			for c, cell := range row {
				if cell == "" {
					continue
				}
				fmt.Fprintf(&data, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, r+1, cell)
			}
			data.WriteString(`</row>`)
		}
		put(fmt.Sprintf("xl/worksheets/sheet%d.xml", n), `<worksheet `+main+`><sheetData>`+data.String()+`</sheetData></worksheet>`)
	}
	put("[Content_Types].xml", `<Types xmlns="`+package1+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`+types.String()+`</Types>`)
	put("_rels/.rels", `<Relationships xmlns="`+package1+`relationships"><Relationship Id="rId1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/workbook.xml", `<workbook `+main+`><sheets>`+list.String()+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+package1+`relationships">`+relations.String()+`</Relationships>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// In a workbook with several sheets a row is named by its sheet as well, and
// each sheet keeps its own heads.
func TestImportSeveralSheets(t *testing.T) {
	config, dir := inspection(t)
	book, rows := filepath.Join(dir, "book.xlsx"), filepath.Join(dir, "rows.csv")
	workbook(t, book, [][][]string{
		{{"来电时间", "反映问题"}, {"2026-09-08 09:00", "第一周第一通"}, {"2026-09-08 19:00", "第一周第二通"}},
		{{"内容", "登记人", "时间"}, {"第二周第一通", "甲", "昨天"}, {"第二周第二通", "甲", "2026-09-10 09:00"}},
		{{"备忘"}, {"这一页不是登记表"}},
	})
	code, out, errs := here(t.Context(), nil, "import", "--config", config, book, "--json", "--errors", rows)
	if code != exitDone || !strings.Contains(errs, "第3周") {
		t.Fatalf("%d %q", code, errs)
	}
	var got intake.Imported
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	want := []intake.ImportedRow{{Sheet: "第1周", Line: 3, Column: "来电时间", Reason: "outside-hours"}, {Sheet: "第2周", Line: 2, Column: "时间", Reason: "bad-time"}}
	if diff := cmp.Diff(want, got.Rows); diff != "" || got.Accepted != 2 || got.Read != 4 {
		t.Error(got, diff)
	}
	text, err := os.ReadFile(rows)
	if err != nil {
		t.Fatal(err)
	}
	sheet := "\ufeff" + strings.ReplaceAll(`line,column,reason,来电时间,反映问题
第1周 3,来电时间,outside the announced hours,2026-09-08 19:00,第一周第二通
line,column,reason,内容,登记人,时间
第2周 2,时间,the time cannot be understood,第二周第一通,甲,昨天
`, "\n", "\r\n")
	if diff := cmp.Diff(sheet, string(text)); diff != "" {
		t.Error(diff)
	}
}
