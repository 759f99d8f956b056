package io.airlockapp.samples.refundstatus;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayOperations;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.stereotype.Service;

/**
 * Service that accepts refunds, and makes those that a person approves.
 */
@Service
class RefundService {

	private static final Log logger = LogFactory.getLog(RefundService.class);

	private final AirlockGatewayOperations gateway;

	private final Executor executor;

	// A real application would keep them in a database, and forget old ones
	private final Map<UUID, PendingRefund> refunds = new ConcurrentHashMap<>();

	private final List<RefundOrder> made = new CopyOnWriteArrayList<>();

	RefundService(AirlockGatewayOperations gateway,
			@Qualifier(TaskExecutionAutoConfiguration.APPLICATION_TASK_EXECUTOR_BEAN_NAME) Executor executor) {
		this.gateway = gateway;
		this.executor = executor;
	}

	/**
	 * Ask a person, without waiting.
	 * @param order what is asked for
	 * @return an id that cannot be guessed
	 */
	UUID submit(RefundOrder order) {
		UUID id = UUID.randomUUID();
		this.refunds.put(id, new PendingRefund(order, this.gateway.requestApprovalAsync(order.toApprovalRequest()),
				this::make, this.executor));
		return id;
	}

	@Nullable PendingRefund find(UUID id) {
		return this.refunds.get(id);
	}

	private void make(RefundOrder order) {
		// A real application would send the money to the account here
		this.made.add(order);
		logger.info("Refunded %s for order %d".formatted(order.amount(), order.order()));
	}

	List<RefundOrder> made() {
		return List.copyOf(this.made);
	}

}
