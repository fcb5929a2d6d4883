package hotline

// synonyms are the heads that offices give their columns, best first: where a
// ledger has several columns of one field, the first listed here is the
// field, and the others are kept with the remark. Heads are compared after
// normalHead. A head that could mean the caller as well as the person
// reported is not listed at all, for a caller's name must not reach the team
// by mistake.
var synonyms = map[Field][]string{
	ID: {"序号", "编号", "登记号", "登记编号", "登记序号", "流水号", "工单号", "工单编号", "来电编号", "受理编号", "序", "no", "no.", "id", "#"},
	// The call's start decides, so names of the call come before names of the
	// paperwork.
	Time: {"来电时间", "来电日期时间", "来电日期及时间", "通话开始时间", "通话时间", "开始时间", "呼入时间", "接听时间", "接电时间", "接电话时间", "留言时间",
		"反映时间", "举报时间", "受理时间", "接收时间", "收到时间", "时间", "日期时间", "日期及时间", "登记时间", "记录时间", "录入时间", "创建时间",
		"calltime", "starttime", "datetime", "time"},
	Date: {"来电日期", "通话日期", "受理日期", "反映日期", "日期", "登记日期", "date"},
	Caller: {"来电人", "来电人姓名", "来电者", "来电者姓名", "反映人", "反映人姓名", "举报人", "举报人姓名", "留言人", "投诉人", "信访人", "诉求人",
		"联系人", "姓名", "caller", "name"},
	Phone: {"来电号码", "来电电话", "来电人电话", "来电人联系方式", "主叫号码", "反映人电话", "反映人联系方式", "反映人联系电话", "举报人电话", "举报人联系方式",
		"联系电话", "联系方式", "电话号码", "手机号码", "手机号", "手机", "电话", "号码", "phone", "tel", "telephone"},
	Person: {"被反映人", "被反映人姓名", "反映对象", "被反映对象", "被举报人", "被举报人姓名", "举报对象", "被投诉人", "涉及人员", "涉及人", "问题对象", "person"},
	Unit: {"被反映人单位", "被反映人所在单位", "被反映单位", "反映单位", "涉及单位", "被举报人单位", "被举报单位", "所在单位", "工作单位", "单位", "单位名称",
		"单位及职务", "单位职务", "工作单位及职务", "unit", "department"},
	Post:    {"职务", "被反映人职务", "被举报人职务", "职务职级", "职位", "岗位", "post", "position"},
	Subject: {"主题", "标题", "事由", "问题摘要", "内容摘要", "摘要", "概要", "subject", "title"},
	Text: {"反映问题", "反映的问题", "反映主要问题", "反映问题内容", "反映内容", "反映情况", "反映事项", "问题内容", "举报内容", "举报问题", "来电内容", "来电诉求",
		"留言内容", "留言详情", "诉求内容", "诉求详情", "诉求", "通话内容", "记录内容", "投诉内容", "主要内容", "主要问题", "详细内容", "详细情况", "内容",
		"问题描述", "具体问题", "线索内容", "问题", "详情", "text", "content", "details"},
	Note: {"备注", "备注说明", "说明", "remark", "remarks", "note", "notes"},
	Recorder: {"记录人", "记录员", "值班员", "值班人员", "值班人", "接听人", "接听人员", "接电人", "接电话人", "接线员", "话务员", "受理人", "登记人", "填表人",
		"recorder", "operator"},
	Category: {"问题类别", "问题类型", "反映问题类别", "反映问题类型", "违纪类型", "违纪类别", "问题性质", "类别", "category"},
}

// headWords tells the field and the rank of every synonym.
var headWords = func() map[string]headWord {
	words := make(map[string]headWord)
	for f, names := range synonyms {
		for rank, name := range names {
			words[name] = headWord{f, rank}
		}
	}
	return words
}()

type headWord struct {
	field Field
	rank  int
}

// totals are the words that begin a row of sums.
var totals = set("合计", "小计", "总计", "共计", "累计", "总数", "本页合计", "本页小计", "本日合计", "本日小计", "当日合计", "当日小计", "本周合计", "本月合计",
	"total", "subtotal", "sum")
