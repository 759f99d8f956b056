/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jpa;

import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.hibernate.ConnectionAcquisitionMode;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.resource.jdbc.spi.LogicalConnectionImplementor;

import org.springframework.core.Ordered;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Releases the JDBC connections of Hibernate sessions that are bound to the thread, for
 * example by an open session in view, before an approval is awaited. The sessions stay
 * open with all their entities, and acquire another connection when they need one.
 * <p>
 * Hibernate releases connections itself in another mode of {@code
 * hibernate.connection.handling_mode}. The starter does not set that mode, since Spring
 * then refuses transactions with a custom isolation level, and no longer makes
 * connections read-only.
 */
public final class SessionConnectionReleaser implements ApprovalListener, Ordered {

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(SessionConnectionReleaser.class));

	/**
	 * Run after the application's listeners, which may also use the sessions.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		// The journal and the pairing store acquire their own connections next
		release();
		return new Attempt() {

			@Override
			public void submitting(PendingApproval approval) {
				release();
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
			}

		};
	}

	/**
	 * Release the connections of the current thread's sessions, unless a transaction is
	 * open or a query result is still being read.
	 */
	public void release() {
		// Also active after the commit, until Spring has reset the connection
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return;
		}
		for (Object resource : List.copyOf(TransactionSynchronizationManager.getResourceMap().values())) {
			if (resource instanceof EntityManagerHolder holder) {
				release(holder);
			}
		}
	}

	private void release(EntityManagerHolder holder) {
		try {
			SessionImplementor session = holder.getEntityManager().unwrap(SessionImplementor.class);
			LogicalConnectionImplementor connection = session.getJdbcCoordinator().getLogicalConnection();
			if (!connection.isPhysicallyConnected() || session.isTransactionInProgress()) {
				return;
			}
			if (connection.getConnectionHandlingMode().getAcquisitionMode() == ConnectionAcquisitionMode.IMMEDIATELY) {
				// The connection may have been passed to the session, which cannot
				// acquire another
				warn("the session has no other: set 'spring.jpa.open-in-view' to 'false', or "
						+ "'hibernate.connection.handling_mode' to 'DELAYED_ACQUISITION_AND_HOLD'");
				return;
			}
			if (connection.getResourceRegistry().hasRegisteredResources()) {
				warn("a result of a query is still open: read it to its end before approval is requested");
				return;
			}
			connection.manualDisconnect();
		}
		catch (Exception | LinkageError ex) {
			warn(AirlockGatewayException.safeMessage(ex));
		}
	}

	private void warn(String reason) {
		this.warnings.warn("A session keeps its database connection while a person decides, because " + reason);
	}

}
