MARK = "starter"
