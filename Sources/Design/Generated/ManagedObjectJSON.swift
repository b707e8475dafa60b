public import Fabric

extension ManagedObject {
    /// The object as the JSON of a POST body: attributes in alphabetical order, children as they stand.
    public var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    fileprivate func write(to text: inout String) {
        text += "{\(JSONWords.quoted(className)):{\"attributes\":{"
        var isFirst = true
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            text += (isFirst ? "" : ",") + JSONWords.quoted(name) + ":" + JSONWords.quoted(value)
            isFirst = false
        }
        text += "}"
        if !children.isEmpty {
            text += ",\"children\":["
            for (index, child) in children.enumerated() {
                if index > 0 { text += "," }
                child.write(to: &text)
            }
            text += "]"
        }
        text += "}}"
    }
}

extension APICConfigurationPosts {
    /// Every POST as a JSON list, one object a line: step, title, method, path, body.
    public var json: String {
        var text = "[\n"
        for (index, post) in posts.enumerated() {
            if index > 0 { text += ",\n" }
            text += "{\"step\":\(JSONWords.quoted(post.step)),\"title\":\(JSONWords.quoted(post.title)),"
            text += "\"method\":\"POST\",\"path\":\(JSONWords.quoted(post.path)),\"body\":"
            post.body.write(to: &text)
            text += "}"
        }
        return text + "\n]\n"
    }

    /// The same as a list that a person follows beside the paper.
    public var steps: String {
        posts.map { post in
            "\(post.step): \(post.title)\n" + post.details.map { "    \($0)\n" }.joined()
        }.joined()
    }
}

/// Texts in JSON.
enum JSONWords {
    /// A text in double quotes (RFC 8259 section 7).
    static func quoted(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) { return "\"" + text + "\"" }
        return CalicoYAML.quoted(text)
    }
}
