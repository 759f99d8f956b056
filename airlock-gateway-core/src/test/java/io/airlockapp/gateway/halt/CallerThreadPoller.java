/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Poller that executes each access in the thread of the caller.
 */
class CallerThreadPoller extends ScheduledThreadPoolExecutor {

	CallerThreadPoller() {
		super(0);
	}

	@Override
	public void execute(Runnable access) {
		access.run();
	}

}
