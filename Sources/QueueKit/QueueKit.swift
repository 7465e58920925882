// QueueKit
