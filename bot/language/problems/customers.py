"""Problems of `crm_core/customers`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "customer_not_found": Phrase(
        zh="没有找到这个客户。发送 查 加名字、电话或公司来查找。",
        en="There is no such customer. Send find with a name, a phone or a company.",
    ),
    "customer_duplicate": Phrase(
        zh="{value} 已经是客户 #{id} {name} 的了。查看：查 #{id}；确实是另一个人的话，请选择仍然新建。",
        en=(
            "{value} already belongs to customer #{id} {name}. Look: find "
            "#{id}; if it is really somebody else, choose to create anyway."
        ),
    ),
    "customer_duplicate_hidden": Phrase(
        zh="{value} 的客户已经由 {owner} 跟进。请联系 {owner} 或你的主管。",
        en="The customer with {value} is already with {owner}. Ask {owner} or your manager.",
    ),
    "name_empty": Phrase(zh="名字是空的。请写上客户的名字。", en="The name is empty. Write the customer's name."),
    "name_too_long": Phrase(zh="名字太长，最多 {limit} 个字。", en="The name is too long: at most {limit} characters."),
    "phone_invalid": Phrase(
        zh="「{text}」不是有效的电话号码。手机写 11 位，座机带区号（021-62345678），国外号码以 + 和国家代码开头。",
        en=(
            '"{text}" is not a valid phone number. Write the area code with '
            "a landline, and + with the country code for a number abroad."
        ),
    ),
    "email_invalid": Phrase(
        zh="「{text}」不是有效的邮箱。请写成 name@example.com 这样。",
        en='"{text}" is not a valid e-mail address. Write it like name@example.com.',
    ),
    "address_empty": Phrase(zh="地址是空的。请写上地址。", en="The address is empty. Write one."),
    "address_too_long": Phrase(
        zh="地址太长，最多 {limit} 个字。", en="The address is too long: at most {limit} characters."
    ),
    "contact_not_found": Phrase(
        zh="客户没有「{text}」这个联系方式。请先查看客户卡片。",
        en="The customer does not have {text}. Look at the card first.",
    ),
    "contacts_too_many": Phrase(
        zh="联系方式太多，每种最多 {limit} 个。请先删掉一些。",
        en="Too many: at most {limit} of each kind. Remove one first.",
    ),
    "date_invalid": Phrase(
        zh="「{text}」不是一个有效的日期。请写成 1988-05-03 这样。",
        en='"{text}" is not a date. Write it like 1988-05-03.',
    ),
    "date_without_year": Phrase(
        zh="「{text}」没有年份。请写成 2026-05-03 这样。", en='"{text}" has no year. Write it like 2026-05-03.'
    ),
    "birthday_in_the_future": Phrase(
        zh="生日「{text}」还没到呢。请检查年份。", en='The birthday "{text}" is in the future. Check the year.'
    ),
    "stage_unknown": Phrase(
        zh="没有「{text}」这个阶段。可以是：潜在、意向、成交、忠诚、流失。",
        en='There is no stage "{text}". Use lead, interested, won, loyal or lost.',
    ),
    "tier_unknown": Phrase(
        zh="没有「{text}」这个等级。可以是：A、B、C。", en='There is no tier "{text}". Use A, B or C.'
    ),
    "kind_unknown": Phrase(
        zh="「{text}」不是客户类型。可以是：个人、公司。", en='"{text}" is no kind of customer. Use person or company.'
    ),
    "yes_no_unknown": Phrase(
        zh="「{text}」看不出是还是否。请写 是 或 否。", en='"{text}" is neither yes nor no. Write yes or no.'
    ),
    "company_of_itself": Phrase(
        zh="{name} 不能属于它自己。请写另一个公司。", en="{name} cannot belong to itself. Write another company."
    ),
    "company_has_members": Phrase(
        zh="{name} 下面还有联系人，不能改成个人。请先把他们改到别的公司。",
        en="People belong to {name}, so it cannot become a person. Move them to another company first.",
    ),
    "identity_not_found": Phrase(
        zh="没有找到这个账号。请查看待认领列表。", en="There is no such account. Look at the list of unknown senders."
    ),
    "identity_taken": Phrase(
        zh="这个账号已经是 {owner} 的客户的。请联系 {owner} 或你的主管。",
        en="This account belongs to a customer of {owner}. Ask {owner} or your manager.",
    ),
    "field_unknown": Phrase(
        zh=(
            "没有「{field}」这个字段。可以改：姓名、电话、邮箱、地址、"
            "公司、职位、阶段、等级、生日、来源、负责人，或自定义字段。"
        ),
        en=(
            'There is no field "{field}". Use name, phone, email, address, company, '
            "position, stage, tier, birthday, source, owner, or a field of your own."
        ),
    ),
    "field_key_invalid": Phrase(
        zh="字段代号「{key}」不行。请用小写字母开头，只含小写字母、数字和下划线。",
        en=('The key "{key}" will not do. Begin with a small letter and use small letters, digits and underscores.'),
    ),
    "field_choices_missing": Phrase(
        zh="选择型字段 {key} 需要列出选项。", en="The choice field {key} needs its choices."
    ),
    "field_type_fixed": Phrase(
        zh="字段 {key} 的类型不能改。请停用它，再用新的代号建一个。",
        en="The type of the field {key} cannot change. Archive it and make one with another key.",
    ),
    "field_word_taken": Phrase(
        zh="字段 {key} 的名字和「{other}」重复了。请换一个名字。",
        en='The field {key} has the same name as "{other}". Choose another.',
    ),
    "field_value_empty": Phrase(
        zh="{field} 的内容是空的。要清空请写 清空。", en="The value of {field} is empty. Write clear to empty it."
    ),
    "field_value_too_long": Phrase(
        zh="内容太长，最多 {limit} 个字。", en="The value is too long: at most {limit} characters."
    ),
    "choice_unknown": Phrase(
        zh="没有「{text}」这个选项。可以是：{choices}。",
        en='"{text}" is not one of the choices. Use one of: {choices}.',
    ),
    "number_invalid": Phrase(
        zh="「{text}」不是一个数字。请写成 12000 或 1.2万 这样。",
        en='"{text}" is not a number. Write it like 12000 or 12k.',
    ),
    "merge_with_itself": Phrase(
        zh="这两个是同一个客户，不用合并。请另选一个。", en="Both are the same customer. Choose another one to merge."
    ),
    "merge_kinds_differ": Phrase(
        zh="{keep} 和 {other} 一个是个人、一个是公司，不能合并。请先改类型。",
        en="One of {keep} and {other} is a person, the other a company. Change the kind of one first.",
    ),
}
