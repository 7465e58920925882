// QueueWorker
