package message

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

const plainly = "反映县水务局一名负责人在水库除险加固工程中收受红包。\n请你们核查。\n"

func TestMarks(t *testing.T) {
	none, signature, quotes := "", "signature", "quotes"
	for _, tt := range []struct{ text, want string }{
		// Signatures.
		{plainly + "-- \n张三\n", signature},
		{plainly + "--\r\n张三\r\n", signature},
		{plainly + "\n发自我的iPhone", signature},
		{plainly + "\n发自我的小米手机\n", signature},
		{plainly + "\n发自网易邮箱大师\n", signature},
		{plainly + "\n发自新浪邮箱客户端", signature},
		{plainly + "\n从 Windows 版邮件发送\n", signature},
		{plainly + "\n从我的华为手机发送", signature},
		{plainly + "\n從我的 iPhone 傳送", signature},
		{plainly + "\nSent from my iPad", signature},
		{plainly + "\nSent from Mail for Windows", signature},
		{plainly + "\n获取 Outlook for iOS", signature},
		{plainly + "\nGet Outlook for Android", signature},
		{plainly + "此致\n敬礼！\n\n        张三\n2026年9月8日", signature},
		{plainly + "　　此致\n敬礼\n2026年9月8日\n一名工人", signature},
		{plainly + "此致敬礼\n张三", signature},
		{plainly + "此致 敬礼！\n张三\n", signature},
		{plainly + "张三 敬上", signature},
		{plainly + "\nBest regards,\n\nZhang San\n", signature},
		{plainly + "举报人：张三", signature},
		{plainly + "\n张三\n电话：0000-1234567\n", signature},
		{plainly + "\n张三\n手机 13800000000\n", signature},
		{plainly + "\n张三 138-0000-0000", signature},
		{plainly + "\n张三\n财务科\n县水务局\nzhang@example.net\n", signature},
		{plainly + "\n张三\n单位：县水务局\n地址：县城东路一号", signature},
		{plainly + "\n微信：abc123", signature},
		{plainly + "张三\nTel: 010-12345678\n〔附件 File: a.jpg〕", signature},
		{plainly + "\n联系电话：（0000）1234567", signature},
		// Quoted mails.
		{plainly + "------------------ 原始邮件 ------------------\n发件人: \"某\" <a@example.net>;\n", quotes},
		{plainly + "-----原始邮件-----\n旧的内容。", quotes},
		{plainly + "-----Original Message-----\nold words here.", quotes},
		{plainly + "---- Replied Message ----\n旧的内容。", quotes},
		{plainly + "---------- Forwarded message ---------\nold.", quotes},
		{plainly + "-------- 转发邮件信息 --------\n旧的内容。", quotes},
		{plainly + "Begin forwarded message:\n\n旧的内容。", quotes},
		{plainly + "发件人：某\n发送时间：2026年9月7日 10:00\n收件人：某某\n主题：旧的\n\n旧的内容。", quotes},
		{plainly + "发件人: 某 发送时间: 2026-09-07 10:00 收件人: 某某\n旧的内容。", quotes},
		{plainly + "*From:* Some One\n*Sent:* Monday\n*To:* x\n*Subject:* old\n\nold words.", quotes},
		{plainly + "寄件者: 某\n寄件日期: 2026年9月7日\n主旨: 舊的\n\n舊的內容。", quotes},
		{plainly + "On Mon, Sep 7, 2026 at 10:00 AM Some One <a@example.net> wrote:\n旧的内容。", quotes},
		{plainly + "On Mon, Sep 7, 2026 at 10:00 AM Some One\n<a@example.net> wrote:\n\n旧的内容。", quotes},
		{plainly + "在 2026-09-07 10:00:00，\"某\" <a@example.net> 写道：\n旧的内容。", quotes},
		{plainly + "某 <a@example.net> 于2026年9月7日周一 10:00写道：\n\n旧的内容。", quotes},
		{plainly + "> 旧的内容。\n", quotes},
		{plainly + ">旧的内容。\n>还有。", quotes},
		{plainly + noteForward + "\n" + noteSubject + "x\n\n" + plainly + "\n" + noteEnd, quotes},
		// Both.
		{plainly + "张三\n13800000000\n\n---原始邮件---\n" + plainly, "signature quotes"},
		{plainly + "发自我的iPhone\n\n------------------ 原始邮件 ------------------\n" + plainly, "signature quotes"},
		{"> 旧的内容。\n" + plainly + "\n-- \n张三", "signature quotes"},
		{plainly + noteForward + "\n" + plainly + "\n张三\n电话：1234567\n\n" + noteEnd + "\n\n以上。", "signature quotes"},
		// Plain reports.
		{"", none},
		{plainly, none},
		{"  \r\n\t\r\n", none},
		{"请查一查水库工程", none},
		{plainly + "此致\n敬礼！\n", none},
		{plainly + "此致\n敬礼！\n2026年9月8日\n", none},
		{plainly + "-- \n", none},
		{"发自内心地说，这个领导不行。\n" + plainly, none},
		{"他从账上发送了三万元。\n从镇里发出\n" + plainly, none},
		{"被举报人：李某\n职务：局长\n" + plainly, none},
		{"地址：县城东路一号的那家饭店\n" + plainly, none},
		{"他们给我看了原始邮件，里面说发件人：李某。\n" + plainly, none},
		{"他在日记里写道：\n" + plainly, none},
		{"金额 > 100 万元\n3 > 2\n" + plainly, none},
		{plainly + ">From 2023 on he took money.\n", none},
		{"时间：2026年5月\n地点：水库\n经过：\n一、招标\n二、送礼\n三、验收\n", none},
		{"2026-05-01 转账 30000\n2026-06-01 转账 50000\n合计 80000 元", none},
		{"合同编号 202605010001234\n账号 6222000000000000000", none},
		{"他的电话是13800000000，可以去查。\n" + plainly, none},
		{"From 2023 to 2025 he took money.\nTo whom it may concern\n", none},
		{"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n=AAAA\r\n-----END PGP MESSAGE-----\r\n", none},
		{"————————\n附表\n————————\n水泥 100 吨\n", none},
	} {
		var got []string
		for _, m := range marks(tt.text) {
			got = append(got, string(m))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
	}
}

// TestMarksOfSentences: what people report has no marks, alone or together.
func TestMarksOfSentences(t *testing.T) {
	for _, s := range append(slices.Clone(simplified), append(traditional, strings.Join(simplified, "\n"), strings.Join(traditional, "\r\n\r\n"), strings.Join(simplified, ""))...) {
		if got := marks(s); got != nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestMarksOfMuch: the longest text takes a moment, whatever is repeated.
func TestMarksOfMuch(t *testing.T) {
	for _, s := range []string{"a", "\n", "a\n", ">", "发件人：", "此致\n", "on x\n", "1-", "写道：", "--\n", "@\n", "从邮\n", "电话\n"} {
		text := strings.Repeat(s, 400_000/len(s))
		begun := time.Now()
		marks(text)
		if took := time.Since(begun); took > 5*time.Second { // a quarter of 50 ms a KB
			t.Errorf("%q repeated: %v", s, took)
		}
	}
}

func FuzzMarks(f *testing.F) {
	for _, s := range []string{plainly, "-- \n张三", "发件人：a\n收件人：b", "> x", "On 1\n<a@b> wrote:", "此致\n敬礼\n张三\n13800000000", noteForward} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := marks(text)
		if len(got) > 2 || !slices.IsSortedFunc(got, func(a, b intake.Mark) int { return -strings.Compare(string(a), string(b)) }) {
			t.Fatalf("%q: %v", text, got)
		}
		// A quoted text is one, whatever it says.
		if quoted := marks("> x\n" + text); !slices.Contains(quoted, intake.MarkQuotes) {
			t.Fatalf("%q: %v", text, quoted)
		}
		// A plain line in front hides nothing that mailers wrote.
		if after := marks("反映水库工程。\n" + text); slices.Contains(got, intake.MarkSignature) && !slices.Contains(after, intake.MarkSignature) {
			t.Fatalf("%q: %v, and %v behind a line", text, got, after)
		}
	})
}
