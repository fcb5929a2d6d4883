package hotline

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// contentHeads are heads of columns of which every cell counts: synonyms, two
// for one field, heads that nobody knows.
var contentHeads = []string{"来电人", "电话", "联系方式", "单位", "被反映人", "职务", "主题", "详情", "内容", "备注", "类别", "性别", "来电地区", "通话时长", "是否实名"}

// otherHeads are those of columns that never count while they are mapped to
// nothing that is content.
var otherHeads = []string{"序号", "记录人", "登记时间", "办理情况", "处理结果", "转办单位", "领导批示", "审核人", "回访结果", "是否办结", "状态", "签字", "满意度", "办理期限", "归档", "移交情况"}

// unlike are values that no canonical form brings together.
var unlike = []string{"", "甲", "乙", "甲乙", "甲 乙", "甲\n乙", "甲,乙", "1", "11", "0739-1234567", "1.39E+10", "2026/3/2", "2026/3/2 9:00", "9:00", "修路偷工减料，请来人查", "=1+1", "\"", "甲；乙"}

// A sample is a ledger with one row, as heads and cells.
type sample struct{ heads, cells []string }

func (s sample) set(c int, v string) sample {
	cells := slices.Clone(s.cells)
	cells[c] = v
	return sample{s.heads, cells}
}

func (s sample) csv(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll([][]string{s.heads, s.cells}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// meaning is the meaning of the ledger's row; a file of its own is read.
func (s sample) meaning(t *testing.T, file []byte, columns map[Field]string) string {
	t.Helper()
	rows := read(t, open(t, file, Options{Columns: columns}))
	if len(rows) != 1 || rows[0].Report == nil {
		t.Fatalf("%q: %+v", s, rows)
	}
	return string(rows[0].Report.Source.Meaning)
}

// meanings are those of the rows of several samples with the heads of s, in
// files of so few rows that each could say the same.
func (s sample) meanings(t *testing.T, rows []sample) (all []string) {
	t.Helper()
	for some := range slices.Chunk(rows, 50) {
		b := s.csv(t)
		for _, row := range some {
			_, cells, _ := bytes.Cut(row.csv(t), []byte("\n"))
			b = append(b, cells...)
		}
		found := meanings(t, open(t, b, Options{}))
		if len(found) != len(some)+1 {
			t.Fatalf("%d rows of %d", len(found), len(some)+1)
		}
		all = append(all, found[1:]...)
	}
	return all
}

// aSample has some columns of every kind. One text is always there.
func aSample(rng *rand.Rand) sample {
	s := sample{[]string{"来电时间", "反映问题"}, []string{"2026/3/2 9:00", "文" + unlike[rng.IntN(len(unlike))]}}
	for _, h := range slices.Concat(contentHeads, otherHeads) {
		if rng.IntN(2) == 0 {
			s.heads, s.cells = append(s.heads, h), append(s.cells, unlike[rng.IntN(len(unlike))])
		}
	}
	return s
}

// A change of any cell that counts is another meaning, and so are two cells
// that are exchanged.
func TestMeaningTellsRowsApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	for range 12 {
		s := aSample(rng)
		want := s.meaning(t, s.csv(t), nil)
		var changed, exchanged []sample
		for c, h := range s.heads {
			if !slices.Contains(contentHeads, h) && h != "反映问题" {
				continue
			}
			for _, v := range unlike {
				if v != s.cells[c] && (h != "反映问题" || v != "") {
					changed = append(changed, s.set(c, v))
				}
			}
			for d := range c {
				if !slices.Contains(contentHeads, s.heads[d]) || s.cells[c] == s.cells[d] || s.cells[d] == "" && h == "反映问题" {
					continue
				}
				exchanged = append(exchanged, s.set(c, s.cells[d]).set(d, s.cells[c]))
			}
		}
		seen := map[string][]string{want: s.cells}
		for i, m := range s.meanings(t, changed) {
			if before, again := seen[m]; again {
				t.Fatalf("%q: %q means the same as %q", s.heads, changed[i].cells, before)
			}
			seen[m] = changed[i].cells
		}
		for i, m := range s.meanings(t, exchanged) {
			if m == want {
				t.Fatalf("%q: %q means the same as %q", s.heads, exchanged[i].cells, s.cells)
			}
		}
	}
}

// Mapping, the order of columns, the kind of file and what an office adds do
// not change the meaning.
func TestMeaningIsOfTheRowAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	free := []Field{Caller, Phone, Unit, Person, Post, Subject, Note, Recorder, Category, ID}
	for range 20 {
		s := aSample(rng)
		want := s.meaning(t, s.csv(t), nil)
		same := func(what string, file []byte, columns map[Field]string) {
			t.Helper()
			if s.meaning(t, file, columns) != want {
				t.Fatalf("%q: %s changes the meaning", s, what)
			}
		}
		columns := make(map[Field]string)
		heads := rng.Perm(len(contentHeads))
		for i, f := range free {
			if h := contentHeads[heads[i]]; rng.IntN(2) == 0 && slices.Contains(s.heads, h) {
				columns[f] = h
			}
		}
		same(fmt.Sprint("--map ", columns), s.csv(t), columns)
		maps.Copy(columns, map[Field]string{Time: "来电时间", Text: "反映问题"})
		same(fmt.Sprint("--map ", columns), s.csv(t), columns)

		var turned, added sample
		for _, c := range rng.Perm(len(s.heads)) {
			turned.heads, turned.cells = append(turned.heads, s.heads[c]), append(turned.cells, s.cells[c])
		}
		same("another order", turned.csv(t), nil)
		added = sample{slices.Clone(s.heads), slices.Clone(s.cells)}
		for _, h := range otherHeads {
			c := slices.Index(added.heads, h)
			if c < 0 {
				c = len(added.heads)
				added.heads, added.cells = append(added.heads, h), append(added.cells, "")
			}
			added.cells[c] = unlike[rng.IntN(len(unlike))]
		}
		same("paperwork", added.csv(t), nil)
		same("a workbook", book(t, rng.IntN(2) == 0, map[string][][]any{"Sheet1": cells([][]string{s.heads, s.cells})}), nil)
		same("tabs", bytes.Join([][]byte{[]byte(strings.Join(s.heads, "\t")), tabbed(t, s.cells)}, []byte("\n")), nil)
	}
}

func tabbed(t *testing.T, cells []string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = '\t'
	if err := w.Write(cells); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return b.Bytes()
}

// What a report says counts even where the head speaks of paperwork.
func TestMappedPaperworkCounts(t *testing.T) {
	for field, head := range map[Field]string{Text: "办理情况", Unit: "转办单位", Caller: "记录人", Phone: "回访电话", Note: "处理情况", Person: "承办人", Category: "序号", Subject: "登记时间"} {
		heads := []string{"来电时间", "反映问题", head}
		columns := map[Field]string{field: head}
		of := func(v string) string {
			s := sample{heads, []string{"2026/3/2 9:00", "文", v}}
			return s.meaning(t, s.csv(t), columns)
		}
		if of("甲") == of("乙") {
			t.Errorf("%s=%s does not count", field, head)
		}
	}
}

// One cell, in the ways in which files write it.
func TestCanonicalCells(t *testing.T) {
	for want, cells := range map[string][]string{
		"2026-09-07 08:35:00": {"2026/9/7 8:35", "2026-09-07 08:35:00", "２０２６／９／７　８：３５", "2026年9月7日8点35分", "'2026.9.7 8:35", "20260907 0835", "2026年9月7日（周一）上午8:35"},
		"2026-09-07":          {"2026/9/7", "2026-09-07", "2026年9月7日"},
		"08:35:00":            {"8:35", "08:35:00", "8点35分"},
		"46275.5":             {"46275.5", "'46275.5", "４６２７５．５"},
		"20260907":            {"20260907", "２０２６０９０７"},
		"13900000001":         {"13900000001", "'13900000001", "１３９００００００01", "‘13900000001", " 13900000001\u200b"},
		"+86 139-0000 0001":   {"+86 139-0000 0001", "＋８６ 139－0000　0001"},
		"0739-1234567 转 8":    {"0739-1234567 转 8", "０７３９-1234567　转　８"},
		"甲\n乙":                {"甲\r\n乙", "甲  \r乙\t\n", "'甲\n乙", "\ufeff甲\u3000\n乙"},
		"Caf\u00e9":           {"Cafe\u0301", "Caf\u00e9"},
		"１，二":                 {"１，二"},
		"3户人家，３天没水":           {"3户人家，３天没水"},
		"":                    {"", " ", "'", "\u3000\x00", "'' "},
	} {
		for _, c := range cells {
			if got := canonical(c); got != want {
				t.Errorf("%q: %q, want %q", c, got, want)
			}
		}
	}
}

// Second heads below a merged one name the columns in the meaning too.
func TestMeaningOfTwoRowHeads(t *testing.T) {
	of := func(ledger string, columns map[Field]string) string {
		return sample{}.meaning(t, []byte(ledger), columns)
	}
	two := "来电时间,来电人信息,,主题,\n,姓名,电话,,反映问题\n2026/3/2 9:00,褚某,139,题,文\n"
	want := of("来电时间,姓名,电话,主题,反映问题\n2026/3/2 9:00,褚某,139,题,文\n", nil)
	if of(two, nil) != want || of(two, map[Field]string{Caller: "来电人信息"}) != want {
		t.Error("a head in two rows changes the meaning")
	}
	rows := read(t, open(t, []byte(two), Options{}))
	if r := rows[0].Report; r.Text != "文" || r.Subject != "题" || r.Identity.Name != "褚某" || r.Identity.Phone != "139" {
		t.Errorf("%+v", r)
	}
}
