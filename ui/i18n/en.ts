<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>BusyPage</name>
    <message>
        <source>正在办理：%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在读卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在向中心查询，请稍候</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在读取并核验，请勿拔卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>停止</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CardStatusPage</name>
    <message>
        <source>截至 %1 · 中心数据</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>返回</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FaultBanner</name>
    <message>
        <source>（故障代码 %1）</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重试</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FaultPage</name>
    <message>
        <source>故障代码 %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>怎么办</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重试</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>返回</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>终端自检</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重新检查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>返回</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在检查…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>自检没有完成，请重新检查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>各项正常</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>有 %1 项需要处理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正常</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>注意</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>故障</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>检查中</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HolderPage</name>
    <message>
        <source>请核对持卡人本人和身份证件</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>持卡人</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>姓名</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>社会保障号码</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>社会保障卡号</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>可办事项</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这张卡现在没有可以办理的事项。</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>演示环境 · 人员和资金均为虚构，不办理真实业务</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MaskedField</name>
    <message>
        <source>按住鼠标或空格键时显示，最多 10 秒</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>按住显示%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>按住显示</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticePage</name>
    <message>
        <source>同意后才读取卡内信息；不同意，本机不读取任何个人信息</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请持卡人先看：个人信息告知</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>谁在处理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1，受人力资源和社会保障部门委托</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>为什么</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>核验这张卡，并为您办理您选择的事项，不作他用</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>哪些信息</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>卡面信息（姓名、社会保障号码、卡号等）；查询补贴时，还有发放记录和账户尾号</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>保存多久</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>只在办理时显示，取卡即清除；本机不保存您的信息和密码</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>您的权利</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>可以拒绝、随时停止，可以查询、更正。有疑问请拨打 %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>持卡人同意，开始读卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不同意</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>退格</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PaymentRow</name>
    <message>
        <source>第 %1 期</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>原因：%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>怎么办：%1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PinDots</name>
    <message>
        <source>已输入 %1 位</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PinPage</name>
    <message>
        <source>请持卡人输入社保卡密码</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>取消</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这是社保卡密码，不是银行卡密码</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>只剩 1 次，再错将锁定</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还可以试 %1 次</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请用数字键输入，工作人员请回避。忘记密码不要试，可带身份证重置。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>确认</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReadersPage</name>
    <message>
        <source>请选择要办理的一张，或取走多余的卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>有几个读卡器里都有卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>有卡，可选择</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>卡无应答</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>被其他程序占用</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读卡器没有响应</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有卡</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ServiceButton</name>
    <message>
        <source>现在不能办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SubsidiesPage</name>
    <message>
        <source>%1 · 截至 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>返回</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有查到发给这位持卡人的补贴</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>如果认为应当有，请向乡镇（街道）或补贴主管部门询问；以户发放的补贴，请由户主查询。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>所选年度和大类没有发放记录</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>发放记录，共 %1 笔</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SubsidyCategories</name>
    <message>
        <source>补贴大类</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1，发放成功 %2，%3 笔</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SubsidyTotals</name>
    <message>
        <source>发放成功</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>待发</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>退回未补发</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 笔</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SubsidyYears</name>
    <message>
        <source>年度</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>全部年度</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1年</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>发放成功 %1，%2 笔</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 笔到账</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>中心已连通</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>中心连不上</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在联系中心</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>社会保障卡便民服务</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>终端 %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>返回</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>自检</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>请取走卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请插入社会保障卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>本次办理已结束，持卡人信息已清除</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>芯片朝前插到底，办理中请勿拔卡</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>卡丢了？马上打电话挂失</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>社保功能挂失（人社服务热线）</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>银行账户挂失（本行客服）</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在连不上中心</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>本机可以办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还能用：读取卡面信息。
暂不能用：卡状态查询、补贴查询，恢复后自动可用。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读卡并核验真伪、卡状态查询、惠民补贴查询</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>（故障代码 %1）</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>YearChart</name>
    <message>
        <source>%1年，发放成功 %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
