"""What tables of other programs call the fields of a customer, in both languages, beside the words of the chat.

The headings of common exports (WeCom, Chinese CRMs, Salesforce, HubSpot, Zoho, Pipedrive, Google, Outlook): small
letters, `_` for a space; the numbers of several columns and punctuation are left out when they are compared.
"""

from collections.abc import Mapping

_HEADINGS = {
    "name": "客户 联系人 联系人姓名 联系人名称 客户简称 客户称呼 称呼 主联系人 首要联系人 contact contact_name"
    " contact_person customer client client_name lead lead_name person person_name display_name",
    "first_name": "名 first_name given_name",
    "last_name": "姓 last_name surname family_name",
    "other_names": "别名 曾用名 昵称 其他名称 客户昵称 微信昵称 微信名 微信备注 备注名 英文名 英文姓名 alias aliases"
    " nickname other_names english_name preferred_name also_known_as",
    "phone": "移动电话 客户电话 客户手机 联系手机 联系人电话 联系人手机 电话手机 手机电话 电话号 办公电话 家庭电话"
    " 联系人手机号 联系人手机号码 客户手机号 客户手机号码 客户联系方式 固话 固定电话 公司电话 单位电话"
    " 备用电话 备用手机 常用电话 mobile_phone cell_phone work_phone home_phone office_phone business_phone"
    " phone_no mobile_no telephone_number contact_number other_phone primary_phone main_phone direct_phone"
    " company_phone contact_phone contact_mobile mobile_phone_number cellphone handphone tel_no"
    " phone_value phone_work phone_mobile phone_home person_phone person_phone_work person_phone_mobile"
    " person_phone_home person_phone_other whatsapp_number",
    "email": "电邮 客户邮箱 联系人邮箱 工作邮箱 邮件地址 联系邮箱 公司邮箱 企业邮箱 个人邮箱 常用邮箱 备用邮箱"
    " work_email home_email email_addr mail_address primary_email secondary_email other_email"
    " personal_email business_email contact_email email_value email_work person_email person_email_work"
    " person_email_home person_email_other",
    "address": "客户地址 公司地址 通讯地址 详细地址 通信地址 办公地址 单位地址 企业地址 家庭地址 所在地址"
    " street_address mailing_address work_address home_address street mailing_street business_street"
    " home_street business_address office_address billing_address shipping_address postal_address"
    " full_address address_formatted",
    "company": "客户公司 工作单位 单位名称 企业名称 公司名 企业名 单位名 公司全称 公司简称 所在公司 任职公司"
    " 客户单位 所属企业 公司单位 公司企业 organization_name organisation_name employer account_name"
    " account company_account associated_company primary_company business_name person_organization",
    "position": "职称 担任职务 担任职位 联系人职务 联系人职位 role job_position job_role organization_title"
    " person_job_title",
    "birthday": "出生年月日 客户生日 联系人生日 birth_day birthdate",
    "owner": "客户负责人 销售负责人 业务员 客户经理 跟进人员 对接销售 所属销售 跟进销售 负责销售 归属销售 销售代表"
    " 销售顾问 销售人员 业务负责人 责任人 客户所有人 客户归属 所属人 所属员工 跟进员工 负责员工 服务人员"
    " 添加人 salesperson account_owner contact_owner lead_owner deal_owner record_owner opportunity_owner"
    " sales_owner owner_name assignee assigned_user account_manager sales_person sales_representative"
    " person_owner",
    "source": "线索来源 获客渠道 获客来源 客户渠道 来源渠道 渠道来源 添加渠道 添加来源 lead_source original_source"
    " contact_source customer_source",
    "tags": "标签 客户标签 客户分组 分类 客户分类 类别 客户类别 分组 企业标签 个人标签 tag tags label labels"
    " tag_names category categories group groups group_membership person_label person_labels",
    "note": "备注 跟进记录 说明 描述 备注信息 客户备注 沟通记录 备注说明 客户描述 客户情况 补充说明 跟进情况"
    " 跟进内容 最新跟进记录 最近跟进记录 最近跟进内容 note notes remark remarks comment comments"
    " description contact_notes customer_notes internal_notes additional_notes associated_note",
    "created_at": "创建时间 创建日期 录入时间 添加时间 建档时间 建档日期 添加日期 录入日期 建立时间 建立日期 加入时间"
    " 登记时间 登记日期 新增时间 created created_at created_on create_time date_added create_date"
    " creation_date created_time created_date date_created added_at added_on added_date",
    "timezone": "客户时区",
    "language": "客户语言 preferred_language",
    "opted_out": "email_opt_out do_not_contact do_not_email unsubscribed_from_all_email has_opted_out_of_email",
}

#: Heading as it is compared → field.
BY_HEADING: Mapping[str, str] = {
    word.replace("_", ""): field for field, words in _HEADINGS.items() for word in words.split()
}
