"""The exam's registration (全国会计专业技术资格考试报名系统), played: it asks a platform as a real client would."""
