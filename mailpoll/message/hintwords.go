package message

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// What people and mailers write around a mail, in small letters: mainland
// China's, Taiwan's and Hong Kong's, and English.
var (
	// Of a block at the end of a text: the first tell alone how to reach
	// somebody, the others where two of them stand.
	reachLabels = []string{"电话", "手机", "手机号", "联系电话", "联系方式", "微信", "微信号", "qq", "邮箱", "电子邮箱", "電話", "手機", "聯絡電話", "tel", "phone", "mobile", "cell", "email", "e-mail", "wechat"}
	placeLabels = []string{"地址", "住址", "单位", "工作单位", "姓名", "联系人", "部门", "职务", "身份证号", "署名", "單位", "姓名", "address", "company", "name", "department"}
	// Whoever signs so says it of himself.
	signLabels = []string{"举报人", "反映人", "投诉人", "信访人", "检举人", "控告人", "写信人", "来信人", "署名", "签名", "檢舉人", "舉報人", "陳情人"}
	// Below these, written without blanks, stands a name.
	closings    = []string{"此致敬礼", "此致", "敬礼", "此致敬禮", "敬禮", "祝好", "顺祝商祺", "祝工作顺利", "敬祝鈞安", "bestregards", "kindregards", "regards", "bestwishes", "sincerely", "yourssincerely", "sincerelyyours", "yoursfaithfully", "best", "thanks", "cheers"}
	signEndings = []string{"敬上", "谨上", "拜上", "敬启", "谨启", "謹上", "敬啟"}
	// What programs write below.
	sentPrefixes = []string{"sent from my ", "sent from mail", "sent from outlook", "sent from yahoo", "sent from proton", "sent via ", "sent with ", "get outlook for ", "获取 outlook", "获取outlook", "取得 outlook", "下载 outlook",
		"发自我的", "发自 我的", "来自我的", "發自我的", "寄自我的", "傳自我的"}
	sentFrom   = []string{"发自", "發自", "來自", "发送自"}
	sentBy     = []string{"从", "由", "通过", "從", "透過"}
	sentVerbs  = []string{"发送", "发出", "傳送", "寄出", "发送的邮件"}
	sentThings = []string{"邮", "郵", "mail", "手机", "手機", "客户端", "iphone", "ipad", "android", "windows", "outlook", "华为", "荣耀", "小米", "oppo", "vivo", "三星"}

	quoteWords = []string{"原始邮件", "原邮件", "原始信件", "回复的邮件", "回复的原邮件", "转发的邮件", "转发邮件", "转发邮件信息", "转发的消息", "被转发邮件", "原始郵件", "原始訊息", "轉寄的郵件", "轉寄郵件",
		"original message", "original email", "original mail", "forwarded message", "forwarded mail", "begin forwarded message", "replied message", "reply message", "forwarded by"}
	wroteEndings = []string{"写道：", "写道:", "写道", "寫道：", "寫道:", "寫道", "wrote:", "wrote：", "writes:"}
	senderLabels = []string{"发件人", "发信人", "寄件人", "寄件者", "from"}
	otherLabels  = []string{"发送时间", "发送日期", "收件人", "收信人", "抄送", "主题", "日期", "寄件日期", "收件者", "主旨", "副本", "sent", "date", "to", "cc", "subject", "reply-to"}
	// Enough to tell a header that was made one line.
	inlineLabels = []string{"发送时间", "发送日期", "收件人", "寄件日期", "收件者", "sent:"}
)

// signed looks for what stands in a signature wherever it is.
func (h *hints) signed(line string) {
	short := utf8.RuneCountInString(line) <= maxShort
	bare := strings.TrimRight(line, " !！.。,，~～")
	switch {
	case h.closing:
		// Anything below but a date.
		h.closing = strings.Trim(line, "0123456789年月日-/. 二〇零一三四五六七八九十") == "" || isClosing(bare)
		h.signature = h.signature || !h.closing
	case !short:
	case isClosing(bare):
		h.closing = true
	case isSent(line), labelled(line, signLabels), slices.ContainsFunc(signEndings, func(s string) bool { return strings.HasSuffix(bare, s) }):
		h.signature = true
	}
}

func isClosing(bare string) bool {
	bare = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u3000' || r == '，' || r == '！' {
			return -1
		}
		return r
	}, bare)
	return slices.Contains(closings, bare)
}

// isSent reports what a mailer or telephone says of itself.
func isSent(line string) bool {
	for _, p := range sentPrefixes {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	begins := func(s string) bool { return strings.HasPrefix(line, s) }
	ends := func(s string) bool { return strings.HasSuffix(line, s) }
	if !slices.ContainsFunc(sentFrom, begins) && !(slices.ContainsFunc(sentBy, begins) && slices.ContainsFunc(sentVerbs, ends)) {
		return false
	}
	return !strings.ContainsAny(line, "，。") && slices.ContainsFunc(sentThings, func(s string) bool { return strings.Contains(line, s) })
}

// arrow counts lines that are quoted by a sign. A single one without a blank is
// none: servers write one in front of a line that begins with From.
func (h *hints) arrow(line string) {
	if h.arrows++; h.arrows > 1 || strings.HasPrefix(line, "> ") {
		h.endBlock()
		h.quotes = true
	}
}

// quoted looks for what mailers write above a mail that they quote. It reports
// any line of that, also one that tells nothing yet.
func (h *hints) quoted(line string) bool {
	line = strings.TrimLeft(line, "> *|")
	sender, other := labelled(line, senderLabels), labelled(line, otherLabels)
	switch {
	case sender:
		h.senderAt = h.n
	case other:
		h.otherAt = h.n
	}
	apart := max(h.senderAt, h.otherAt) - min(h.senderAt, h.otherAt)
	found := isAttribution(line, h.previous) || isHeading(line) ||
		h.senderAt > 0 && h.otherAt > 0 && apart < nearby ||
		sender && slices.ContainsFunc(inlineLabels, func(s string) bool { return strings.Contains(line, s) })
	h.quotes = h.quotes || found
	return found || sender || other
}

// isHeading reports a line of hyphens and a name for what follows, or the name
// alone.
func isHeading(line string) bool {
	const rule = "-—–_=*· ~\u3000"
	text := strings.TrimLeft(line, rule)
	ruled := len(line)-len(text) >= 2
	text = strings.TrimRight(text, rule+":：")
	return slices.ContainsFunc(quoteWords, func(s string) bool {
		return text == s || ruled && strings.HasPrefix(text, s)
	})
}

// isAttribution reports a line that says who wrote what follows, and when; it
// may have begun on the line before.
func isAttribution(line, previous string) bool {
	for _, end := range wroteEndings {
		if head, ok := strings.CutSuffix(line, end); ok {
			head = previous + " " + head
			return strings.ContainsAny(head, "@<＜") || hasClock(head) || strings.HasPrefix(line, "on ")
		}
	}
	return false
}

// hasClock reports whether a time of day stands in a line.
func hasClock(line string) bool {
	for i := 1; i+2 < len(line); i++ {
		if line[i] == ':' && isDigit(line[i-1]) && isDigit(line[i+1]) && isDigit(line[i+2]) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
