from accounts.guard import public
from django.http import HttpResponse
@public
def front(request): return HttpResponse("x")
@public
def service(request, service_id): return HttpResponse("x")
