//! What a text is for: the same words mean different things in different places.

/// Where a model meets a text. "Call this first" is advice in a description and an attack in a tool's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The name of a tool, prompt, resource or parameter, or the key of a mapping.
    Name,
    /// A title for people.
    Title,
    /// The description of a tool, prompt, resource or template.
    Description,
    /// The description of one parameter, or another text of a schema.
    Schema,
    /// A server's instructions to the model.
    Instructions,
    /// The body of a prompt template.
    Prompt,
    /// The body of a resource.
    Resource,
    /// What a tool returned.
    Result,
    /// An argument that a model passes to a tool.
    Argument,
    /// Standing instructions, skills and commands that a user or a repository gives an agent.
    Context,
    /// Any other text: metadata, server information, unknown members.
    Other,
}

impl Role {
    /// True where the author may legitimately tell a model how to use what is described.
    #[must_use]
    pub const fn may_instruct(self) -> bool {
        matches!(
            self,
            Role::Description
                | Role::Schema
                | Role::Instructions
                | Role::Prompt
                | Role::Context
                | Role::Title
        )
    }
}
