<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>BusyPage</name>
    <message>
        <source>正在办理：%1</source>
        <translation>Under way: %1</translation>
    </message>
    <message>
        <source>正在读卡</source>
        <translation>Reading the card</translation>
    </message>
    <message>
        <source>正在向中心查询，请稍候</source>
        <translation>Asking the centre, please wait</translation>
    </message>
    <message>
        <source>正在读取并核验，请勿拔卡</source>
        <translation>Reading and verifying; leave the card in</translation>
    </message>
    <message>
        <source>停止</source>
        <translation>Stop</translation>
    </message>
</context>
<context>
    <name>CardStatusPage</name>
    <message>
        <source>截至 %1 · 中心数据</source>
        <translation>As of %1 · from the centre</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation>End visit</translation>
    </message>
</context>
<context>
    <name>ConfirmPage</name>
    <message>
        <source>请读给持卡人听，逐项核对</source>
        <translation>Read this out to the holder</translation>
    </message>
    <message>
        <source>下一步由另一人复核</source>
        <translation>A second person approves next</translation>
    </message>
    <message>
        <source>返回修改</source>
        <translation>Back to change</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>申请先保存在本机，网络恢复后自动送中心；办成与否以中心为准。</source>
        <translation>The request is saved here and goes to the centre by itself once the network is back; the centre decides.</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>现在连不上中心：只能先收件</source>
        <translation>The centre cannot be reached: it is only taken in</translation>
    </message>
    <message>
        <source>已读给持卡人听，持卡人确认无误</source>
        <translation>Read out; the holder agrees that it is right</translation>
    </message>
    <message>
        <source>提交复核</source>
        <translation>Hand to the reviewer</translation>
    </message>
    <message>
        <source>确认提交</source>
        <translation>Confirm</translation>
    </message>
</context>
<context>
    <name>DayEndPanel</name>
    <message>
        <source>日终检查</source>
        <translation>End of day</translation>
    </message>
    <message>
        <source>可以结束今天的工作</source>
        <translation>The day can be closed</translation>
    </message>
    <message>
        <source>还有未了事项，请先处理或交接</source>
        <translation>Something is still open: settle it or hand it over</translation>
    </message>
    <message>
        <source>回到队列</source>
        <translation>Back to the queue</translation>
    </message>
</context>
<context>
    <name>DoubtfulPage</name>
    <message>
        <source>怎么核实</source>
        <translation>How to find out</translation>
    </message>
    <message>
        <source>现在核实</source>
        <translation>Find out now</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>Understood</translation>
    </message>
    <message>
        <source>以后再核实</source>
        <translation>Another time</translation>
    </message>
</context>
<context>
    <name>EntryField</name>
    <message>
        <source>现登记：%1</source>
        <translation>Now: %1</translation>
    </message>
</context>
<context>
    <name>FaultBanner</name>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>重试</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>FaultPage</name>
    <message>
        <source>故障代码 %1</source>
        <translation>Fault code %1</translation>
    </message>
    <message>
        <source>怎么办</source>
        <translation>What to do</translation>
    </message>
    <message>
        <source>重试</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation>End visit</translation>
    </message>
</context>
<context>
    <name>FormPage</name>
    <message>
        <source>请对着持卡人读出的内容输入</source>
        <translation>Type what the holder reads out</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>下一步：核对</source>
        <translation>Next: check</translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>终端自检</source>
        <translation>Terminal check</translation>
    </message>
    <message>
        <source>重新检查</source>
        <translation>Check again</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>正在检查…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>自检没有完成，请重新检查</source>
        <translation>The check did not finish; check again</translation>
    </message>
    <message>
        <source>各项正常</source>
        <translation>All in order</translation>
    </message>
    <message>
        <source>有 %1 项需要处理</source>
        <translation>%1 to be dealt with</translation>
    </message>
    <message>
        <source>正常</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>注意</source>
        <translation>Notice</translation>
    </message>
    <message>
        <source>故障</source>
        <translation>Fault</translation>
    </message>
    <message>
        <source>检查中</source>
        <translation>Checking</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
</context>
<context>
    <name>HolderPage</name>
    <message>
        <source>请核对持卡人本人和身份证件</source>
        <translation>Compare the holder with the ID document</translation>
    </message>
    <message>
        <source>持卡人</source>
        <translation>Card holder</translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation>End visit</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>社会保障号码</source>
        <translation>Social security number</translation>
    </message>
    <message>
        <source>出生日期</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>社会保障卡号</source>
        <translation>Card number</translation>
    </message>
    <message>
        <source>可办事项</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>这张卡现在没有可以办理的事项。</source>
        <translation>There is nothing that can be done with this card now.</translation>
    </message>
</context>
<context>
    <name>HotlinePanel</name>
    <message>
        <source>卡丢了？马上打电话挂失</source>
        <translation>Card lost? Call at once to report it</translation>
    </message>
    <message>
        <source>社保功能挂失（人社服务热线）</source>
        <translation>Social security function (service line)</translation>
    </message>
    <message>
        <source>银行账户挂失（本行客服）</source>
        <translation>Bank account (our customer line)</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>演示环境 · 人员和资金均为虚构，不办理真实业务</source>
        <translation>DEMO · people and money are made up; no real business is done here</translation>
    </message>
</context>
<context>
    <name>MaskedField</name>
    <message>
        <source>按住鼠标或空格键时显示，最多 10 秒</source>
        <translation>Shown while the mouse button or the space bar is held, 10 seconds at most</translation>
    </message>
    <message>
        <source>按住显示%1</source>
        <translation>Hold to show: %1</translation>
    </message>
    <message>
        <source>按住显示</source>
        <translation>Hold to show</translation>
    </message>
</context>
<context>
    <name>NoticePage</name>
    <message>
        <source>同意后才读取卡内信息；不同意，本机不读取任何个人信息</source>
        <translation>The card is read only after you agree; otherwise nothing personal is read</translation>
    </message>
    <message>
        <source>请持卡人先看：个人信息告知</source>
        <translation>For the holder: how your data is used</translation>
    </message>
    <message>
        <source>谁在处理</source>
        <translation>Who</translation>
    </message>
    <message>
        <source>%1，受人力资源和社会保障部门委托</source>
        <translation>%1, on behalf of the human resources and social security authority</translation>
    </message>
    <message>
        <source>本网点</source>
        <translation>This outlet</translation>
    </message>
    <message>
        <source>为什么</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>核验这张卡，并为您办理您选择的事项，不作他用</source>
        <translation>To verify this card and to do what you ask for, nothing else</translation>
    </message>
    <message>
        <source>哪些信息</source>
        <translation>Which data</translation>
    </message>
    <message>
        <source>卡面信息（姓名、社会保障号码、卡号等）；查询补贴时，还有发放记录和账户尾号；变更时，您填写的内容</source>
        <translation>What the card says (name, social security number, card number …); for subsidies also payments and the account&apos;s last digits; for a change what you give us</translation>
    </message>
    <message>
        <source>只在办理时显示，取卡即清除；您申请变更的内容加密暂存，送达中心后按期删除；密码不保存</source>
        <translation>Shown only while you are served, cleared when the card is out; a change you ask for is kept encrypted until the centre has it, then deleted in due time; PINs are not kept</translation>
    </message>
    <message>
        <source>保存多久</source>
        <translation>How long</translation>
    </message>
    <message>
        <source>您的权利</source>
        <translation>Your rights</translation>
    </message>
    <message>
        <source>可以拒绝、随时停止，可以查询、更正。有疑问请拨打 %1</source>
        <translation>You may refuse, stop at any time, ask what is held and have it corrected. Questions: call %1</translation>
    </message>
    <message>
        <source>：</source>
        <translation>: </translation>
    </message>
    <message>
        <source>持卡人同意，开始读卡</source>
        <translation>The holder agrees: read the card</translation>
    </message>
    <message>
        <source>不同意</source>
        <translation>Do not agree</translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>退格</source>
        <translation>Erase</translation>
    </message>
</context>
<context>
    <name>PaymentRow</name>
    <message>
        <source>点开显示项目名称</source>
        <translation>open to show the item</translation>
    </message>
    <message>
        <source>第 %1 期</source>
        <translation>period %1</translation>
    </message>
    <message>
        <source>原因：%1</source>
        <translation>Why: %1</translation>
    </message>
    <message>
        <source>怎么办：%1</source>
        <translation>What to do: %1</translation>
    </message>
</context>
<context>
    <name>PinChangePage</name>
    <message>
        <source>请持卡人自己输入密码</source>
        <translation>The holder types the PIN</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>请设一个新密码，%1 位数字</source>
        <translation>Choose a new PIN of %1 digits</translation>
    </message>
    <message>
        <source>请把新密码再输一遍</source>
        <translation>Type the new PIN once more</translation>
    </message>
    <message>
        <source>请输入现在的社保卡密码</source>
        <translation>Type the present PIN of the card</translation>
    </message>
    <message>
        <source>工作人员请回避。忘记原密码不要试，可带身份证重置。</source>
        <translation>Staff look away. If the old PIN is forgotten do not guess: it can be reset with the ID card.</translation>
    </message>
    <message>
        <source>不要用生日、连号、重号或证件号码的一段。改的时候请勿拔卡。</source>
        <translation>No birthdays, runs, repeats or parts of the ID number. Leave the card in while it is changed.</translation>
    </message>
    <message>
        <source>第 %1 步，共 3 步</source>
        <translation>Step %1 of 3</translation>
    </message>
    <message>
        <source>原密码</source>
        <translation>Old PIN</translation>
    </message>
    <message>
        <source>新密码</source>
        <translation>New PIN</translation>
    </message>
    <message>
        <source>再输一遍</source>
        <translation>Once more</translation>
    </message>
</context>
<context>
    <name>PinDots</name>
    <message>
        <source>已输入 %1 位</source>
        <translation>%1 digits entered</translation>
    </message>
</context>
<context>
    <name>PinEntry</name>
    <message>
        <source>只剩 1 次，再错将锁定</source>
        <translation>1 try left; one more mistake locks it</translation>
    </message>
    <message>
        <source>还可以试 %1 次</source>
        <translation>%1 tries left</translation>
    </message>
    <message>
        <source>确认</source>
        <translation>Confirm</translation>
    </message>
</context>
<context>
    <name>PinPage</name>
    <message>
        <source>请持卡人输入社保卡密码</source>
        <translation>Holder: enter your social security PIN</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>这是社保卡密码，不是银行卡密码</source>
        <translation>The social security PIN, not the bank PIN</translation>
    </message>
    <message>
        <source>请用数字键输入，工作人员请回避。忘记密码不要试，可带身份证重置。</source>
        <translation>Use the digit keys; staff look away. PIN forgotten? Do not guess: it can be reset with the ID card.</translation>
    </message>
</context>
<context>
    <name>ProgramPage</name>
    <message>
        <source>来自：%1</source>
        <translation>From: %1</translation>
    </message>
    <message>
        <source>另一个程序请求写卡</source>
        <translation>Another program asks to write</translation>
    </message>
    <message>
        <source>另一个程序正在使用读卡器</source>
        <translation>Another program is using the reader</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>密码只交给卡片，不会交给这个程序。请用数字键输入，工作人员请回避。</source>
        <translation>The PIN goes to the card alone, never to this program. Use the digit keys; staff look away.</translation>
    </message>
    <message>
        <source>这是社保卡密码，不是银行卡密码</source>
        <translation>This is the social security PIN, not the bank&apos;s</translation>
    </message>
    <message>
        <source>请求：%1</source>
        <translation>It asks to: %1</translation>
    </message>
    <message>
        <source>正在：%1</source>
        <translation>Under way: %1</translation>
    </message>
    <message>
        <source>只有您正在用这个程序为持卡人办理时才同意。不清楚来源，请不同意。</source>
        <translation>Allow it only if you are serving the holder with this program. If in doubt, refuse.</translation>
    </message>
    <message>
        <source>请勿拔卡。办完后自动回到原来的页面。</source>
        <translation>Leave the card in. The page before comes back by itself.</translation>
    </message>
    <message>
        <source>同意写卡</source>
        <translation>Allow writing</translation>
    </message>
    <message>
        <source>不同意</source>
        <translation>Refuse</translation>
    </message>
</context>
<context>
    <name>QrPanel</name>
    <message>
        <source>回执二维码，请持卡人拍照留存</source>
        <translation>Square code of the slip, for the holder to photograph</translation>
    </message>
    <message>
        <source>可拍照留存 · 电话查询码</source>
        <translation>To photograph · code for the telephone</translation>
    </message>
    <message>
        <source>电话查询码</source>
        <translation>Code for the telephone</translation>
    </message>
    <message>
        <source>电话查询码 %1</source>
        <translation>Code for the telephone %1</translation>
    </message>
</context>
<context>
    <name>QueueDetail</name>
    <message>
        <source>重新传送</source>
        <translation>Send again</translation>
    </message>
    <message>
        <source>搁置</source>
        <translation>Set aside</translation>
    </message>
    <message>
        <source>撤回</source>
        <translation>Withdraw</translation>
    </message>
    <message>
        <source>报中心处理</source>
        <translation>Hand to the centre</translation>
    </message>
    <message>
        <source>打印回执</source>
        <translation>Print the slip</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>需要另一位工作人员复核</source>
        <translation>A second member of staff has to approve</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>最近联系中心 %1</source>
        <translation>Last contact with the centre %1</translation>
    </message>
    <message>
        <source>还没有联系上中心</source>
        <translation>No contact with the centre yet</translation>
    </message>
    <message>
        <source>下次尝试 %1</source>
        <translation>next try %1</translation>
    </message>
    <message>
        <source>待传队列</source>
        <translation>Queue to the centre</translation>
    </message>
    <message>
        <source>立即传送</source>
        <translation>Send now</translation>
    </message>
    <message>
        <source>日终检查</source>
        <translation>End of day</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>没有在等的业务，也没有要人工处理的</source>
        <translation>Nothing waits, and nothing needs a person</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
</context>
<context>
    <name>ReadersPage</name>
    <message>
        <source>请选择要办理的一张，或取走多余的卡</source>
        <translation>Choose one, or take the others out</translation>
    </message>
    <message>
        <source>有几个读卡器里都有卡</source>
        <translation>More than one reader has a card</translation>
    </message>
    <message>
        <source>有卡，可选择</source>
        <translation>card in, can be chosen</translation>
    </message>
    <message>
        <source>卡无应答</source>
        <translation>card does not answer</translation>
    </message>
    <message>
        <source>被其他程序占用</source>
        <translation>in use by another program</translation>
    </message>
    <message>
        <source>读卡器没有响应</source>
        <translation>reader does not respond</translation>
    </message>
    <message>
        <source>没有卡</source>
        <translation>no card</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>打印回执</source>
        <translation>Print the slip</translation>
    </message>
    <message>
        <source>补打回执</source>
        <translation>Print again</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>人社服务热线 %1</source>
        <translation>Service line %1</translation>
    </message>
    <message>
        <source>本行客服 %1</source>
        <translation>Our customer line %1</translation>
    </message>
    <message>
        <source>回执编号</source>
        <translation>Receipt no.</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>办完请取走卡</source>
        <translation>When done, take the card</translation>
    </message>
</context>
<context>
    <name>ScrollPane</name>
    <message>
        <source>还有内容，按上下键滚动</source>
        <translation>There is more: scroll with the arrow keys</translation>
    </message>
</context>
<context>
    <name>SecondPersonPage</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>请复核人核对</source>
        <translation>For the reviewer to check</translation>
    </message>
    <message>
        <source>已经办这一笔的 %1 不能复核</source>
        <translation>%1 took part already and cannot approve</translation>
    </message>
    <message>
        <source>请另一位工作人员本人输入，不能代输</source>
        <translation>A second person types in person; nobody types for them</translation>
    </message>
    <message>
        <source>复核人工号</source>
        <translation>Reviewer&apos;s number</translation>
    </message>
    <message>
        <source>复核人登录密码</source>
        <translation>Reviewer&apos;s password</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>正在核对…</source>
        <translation>Checking …</translation>
    </message>
    <message>
        <source>复核通过</source>
        <translation>Approve</translation>
    </message>
</context>
<context>
    <name>ServiceButton</name>
    <message>
        <source>现在不能办理</source>
        <translation>Not available now</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>工作人员登录</source>
        <translation>Staff sign-in</translation>
    </message>
    <message>
        <source>工号</source>
        <translation>Staff number</translation>
    </message>
    <message>
        <source>登录密码</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
    <message>
        <source>正在核对…</source>
        <translation>Checking …</translation>
    </message>
    <message>
        <source>解锁</source>
        <translation>Unlock</translation>
    </message>
    <message>
        <source>登录</source>
        <translation>Sign in</translation>
    </message>
    <message>
        <source>换人：签退并重新登录</source>
        <translation>Someone else: sign out and in again</translation>
    </message>
    <message>
        <source>登录后才能为持卡人办理。</source>
        <translation>Holders are served after sign-in.</translation>
    </message>
    <message>
        <source>离开柜台请按 F10 锁定。</source>
        <translation>Press F10 when you leave the counter.</translation>
    </message>
    <message>
        <source>读卡器里还有卡，请先取走</source>
        <translation>A card is still in the reader: take it out</translation>
    </message>
    <message>
        <source>登录后才能读卡和办理</source>
        <translation>Cards are read after sign-in</translation>
    </message>
</context>
<context>
    <name>StaffBar</name>
    <message>
        <source>当班人员：%1</source>
        <translation>On duty: %1</translation>
    </message>
    <message>
        <source>关闭待传队列</source>
        <translation>Close the queue</translation>
    </message>
    <message>
        <source>待传队列</source>
        <translation>Queue to the centre</translation>
    </message>
    <message>
        <source>锁定</source>
        <translation>Lock</translation>
    </message>
    <message>
        <source>交班签退</source>
        <translation>Sign out</translation>
    </message>
</context>
<context>
    <name>SubsidiesPage</name>
    <message>
        <source>%1 · 截至 %2</source>
        <translation>%1 · as of %2</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation>End visit</translation>
    </message>
    <message>
        <source>没有查到发给这位持卡人的补贴</source>
        <translation>No subsidies were found for this holder</translation>
    </message>
    <message>
        <source>如果认为应当有，请向乡镇（街道）或补贴主管部门询问；以户发放的补贴，请由户主查询。</source>
        <translation>If there should be some, ask the township (subdistrict) or the department in charge; household subsidies are shown to the householder.</translation>
    </message>
    <message>
        <source>所选年度和大类没有发放记录</source>
        <translation>No payments in this year and category</translation>
    </message>
    <message>
        <source>发放记录，共 %1 笔</source>
        <translation>Payments, %1 in all</translation>
    </message>
</context>
<context>
    <name>SubsidyCategories</name>
    <message>
        <source>补贴大类</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>%1，已到账 %2，%3 笔</source>
        <translation>%1, paid %2 in %3 payments</translation>
    </message>
</context>
<context>
    <name>SubsidyTotals</name>
    <message>
        <source>已到账</source>
        <translation>Paid</translation>
    </message>
    <message>
        <source>待发放</source>
        <translation>To be paid</translation>
    </message>
    <message>
        <source>银行退回</source>
        <translation>Returned by the bank</translation>
    </message>
    <message numerus="yes">
        <source>%n 笔</source>
        <translation>
            <numerusform>%n payment</numerusform>
            <numerusform>%n payments</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SubsidyYears</name>
    <message>
        <source>年度</source>
        <translation>Year</translation>
    </message>
    <message>
        <source>全部年度</source>
        <translation>All years</translation>
    </message>
    <message>
        <source>%1年</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>已到账 %1，%2 笔</source>
        <translation>paid %1 in %2 payments</translation>
    </message>
    <message>
        <source>%1 笔到账</source>
        <translation>%1 paid</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>中心已连通</source>
        <translation>Centre connected</translation>
    </message>
    <message>
        <source>中心不可用</source>
        <translation>Centre not available</translation>
    </message>
    <message>
        <source>正在联系中心</source>
        <translation>Calling the centre</translation>
    </message>
    <message>
        <source>社会保障卡便民服务</source>
        <translation>Social Security Card Service</translation>
    </message>
    <message>
        <source>终端 %1</source>
        <translation>terminal %1</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>自检</source>
        <translation>Check</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>演示读卡器</source>
        <translation>Demo reader</translation>
    </message>
    <message>
        <source>点一张虚构的卡插入，再点一次取出。密码都是 %1。</source>
        <translation>Click a made-up card to insert it, again to take it out. The PIN of all is %1.</translation>
    </message>
    <message>
        <source>登录：%1</source>
        <translation>Sign in: %1</translation>
    </message>
    <message>
        <source>演示卡片</source>
        <translation>Demo cards</translation>
    </message>
    <message>
        <source>（已插入）</source>
        <translation> (inserted)</translation>
    </message>
</context>
<context>
    <name>TypedField</name>
    <message>
        <source>已输入 %1 位</source>
        <translation>%1 digits entered</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>还能用：%1。</source>
        <translation>Works: %1.</translation>
    </message>
    <message>
        <source>读取卡面信息</source>
        <translation>reading what is on the card</translation>
    </message>
    <message>
        <source>暂不能用：%1，恢复后自动可用。</source>
        <translation>Waits for the centre: %1; available again by itself.</translation>
    </message>
    <message>
        <source>请取走卡</source>
        <translation>Please take the card</translation>
    </message>
    <message>
        <source>请插入社会保障卡</source>
        <translation>Insert a social security card</translation>
    </message>
    <message>
        <source>本次办理已结束，持卡人信息已清除</source>
        <translation>The visit has ended; the holder&apos;s data has been cleared</translation>
    </message>
    <message>
        <source>芯片朝前插到底，办理中请勿拔卡</source>
        <translation>Chip first, all the way in; leave it in while being served</translation>
    </message>
    <message>
        <source>现在连不上中心</source>
        <translation>The centre cannot be reached now</translation>
    </message>
    <message>
        <source>本机可以办理</source>
        <translation>What this terminal does</translation>
    </message>
    <message>
        <source>读卡并核验真伪</source>
        <translation>Read and verify cards</translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation> (fault code %1)</translation>
    </message>
</context>
<context>
    <name>YearChart</name>
    <message>
        <source>%1年，已到账 %2</source>
        <translation>%1, paid %2</translation>
    </message>
</context>
</TS>
