"""The pack for people from outside who check the checks: a sample, the rules and their answers, without anybody's id."""
