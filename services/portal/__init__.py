"""The pages people look at: French, without JavaScript, over the other services' doors."""
