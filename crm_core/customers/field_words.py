"""What people call the fields of a customer, in both languages."""

from collections.abc import Mapping

_WORDS = {
    "name": "姓名 名字 名称 客户名 客户名称 客户姓名 name full_name customer_name",
    "kind": "类型 客户类型 kind type",
    "phone": "电话 手机 手机号 电话号码 手机号码 联系电话 联系方式 号码 座机"
    " phone mobile tel telephone cell phone_number mobile_number",
    "email": "邮箱 邮件 电子邮件 电子邮箱 邮箱地址 email e-mail mail email_address",
    "address": "地址 住址 联系地址 收货地址 address",
    "company": "公司 公司名称 单位 企业 所属公司 company company_name organisation organization",
    "position": "职位 职务 岗位 头衔 position title job_title job",
    "stage": "阶段 客户阶段 状态 客户状态 进度 stage status",
    "tier": "等级 级别 客户等级 客户级别 分级 tier level grade",
    "birthday": "生日 出生日期 birthday birth_date date_of_birth dob",
    "source": "来源 客户来源 渠道 source channel",
    "owner": "负责人 归属 归属人 销售 跟进人 所有者 owner rep sales_rep assigned_to",
    "timezone": "时区 timezone time_zone",
    "language": "语言 language",
    "opted_out": "退订 免打扰 opted_out opt_out opt-out unsubscribed",
}

#: Word → name of the field, which `records.change` sets. Custom fields are found by `fields.find`.
FIELD_WORDS: Mapping[str, str] = {
    word.replace("_", " "): field for field, words in _WORDS.items() for word in (field, *words.split())
} | {field: field for field in _WORDS}

#: The same by matching form.
BY_KEY: Mapping[str, str] = {word.replace(" ", ""): field for word, field in FIELD_WORDS.items()}
